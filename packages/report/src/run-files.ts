import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@rsim/core';

/** What a JSON file of a run holds, or why it holds nothing. */
export type FileContent =
  | { readonly json: unknown; readonly problem: null }
  | { readonly json: null; readonly problem: 'missing' | 'unreadable'; readonly why: string };

/** The JSON files of a run folder; one that did not change since it was last asked for is not read again. */
export class RunFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly content: FileContent }>();

  constructor(private readonly folder: string) {}

  /** Never throws. */
  read(name: string): FileContent {
    const path = join(this.folder, name);
    const stamp = stampOf(path);
    const known = this.#known.get(name);
    if (known?.stamp === stamp) return known.content;
    const content = contentOf(path);
    this.#known.set(name, { stamp, content });
    return content;
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs}`;
}

function contentOf(path: string): FileContent {
  try {
    return { json: JSON.parse(readFileSync(path, 'utf8')) as unknown, problem: null };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { json: null, problem: missing ? 'missing' : 'unreadable', why: messageOf(error) };
  }
}
