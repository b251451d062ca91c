import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, RunFolderError } from '@rsim/core';
import { cellSchema, type Cell } from './cell.js';

/** Keeps finished cells, so that an interrupted evaluation goes on where it was. */
export interface CellStore {
  /** The cell stored under `key`, or `null`. */
  read(key: string): Promise<Cell | null>;
  write(cell: Cell): Promise<void>;
}

/** A store that keeps nothing. */
export const forgetfulStore: CellStore = {
  read: async () => null,
  write: async () => undefined,
};

/**
 * One file per cell in `folder`, named by the cell's key. A cell that does not read as one (cut short by a full disk,
 * say, or edited) counts as missing and is run again.
 */
export class CellFolder implements CellStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(key: string): Promise<Cell | null> {
    const text = await readFile(this.#path(key), 'utf8').catch(() => null);
    if (text === null) return null;
    const parsed = cellSchema.safeParse(jsonOrNull(text));
    return parsed.success && parsed.data.key === key ? parsed.data : null;
  }

  /** @throws RunFolderError when the folder cannot be written. */
  async write(cell: Cell): Promise<void> {
    await writeAtomically(this.#path(cell.key), JSON.stringify(cell));
  }

  #path(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}

/**
 * Writes a file so that it is there whole or not at all: to a temporary name beside it, synced, then renamed.
 *
 * @throws RunFolderError when that fails.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(temporary, 'w');
    await file.writeFile(text);
    await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new RunFolderError(`cannot write ${path}: ${messageOf(error)}`, {
      remedy: 'Check that the folder can be written and the disk is not full, then run the same command again.',
      cause: error,
    });
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
