import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that a reader sees the old content or the new, never a part: a temporary file in the same folder is
 * written, flushed to the disk and renamed over the target.
 *
 * @throws the file system's own error; the temporary file is removed.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = temporaryFor(path);
  try {
    const file = openSync(temporary, 'w');
    try {
      writeWhole(file, typeof content === 'string' ? Buffer.from(content) : content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(dirname(path));
}

/** The same without holding up the process: the disk is waited for in the background. */
export async function writeAtomicallyInBackground(path: string, content: string): Promise<void> {
  const temporary = temporaryFor(path);
  try {
    {
      await using file = await open(temporary, 'w');
      await file.writeFile(content);
      await file.sync();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (process.platform === 'win32') return;
  await using folder = await open(dirname(path), 'r');
  await folder.sync();
}

function temporaryFor(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`;
}

/** Writes all bytes: one call may write fewer than it was given. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/** Makes the rename itself survive a power cut. Windows cannot open folders, and needs no such thing. */
function flushFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
