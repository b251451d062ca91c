import { open, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CheckpointError, messageOf } from '@rsim/core';

/**
 * Makes a folder that is either whole or not there, whatever the process or the machine dies of: it is filled under another name
 * beside its place, flushed to the disk, and renamed. A folder of that name is replaced.
 *
 * @param fill Writes what belongs into the folder that it is given, which is there and empty.
 * @throws CheckpointError when the folder cannot be written.
 */
export async function writeWholeFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  // Always the same name, so that the next process finds what one that was killed has left behind.
  const temporary = join(parent, `.${basename(folder)}.tmp`);
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    await flushTree(temporary);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    await flushFolder(parent);
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    if (thrown instanceof CheckpointError) throw thrown;
    throw new CheckpointError(`${folder} cannot be written: ${messageOf(thrown)}`, {
      code: 'checkpoint-unwritable',
      remedy: 'Choose a folder that can be written and a disk with room.',
      cause: thrown,
    });
  }
}

async function flushTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await flushTree(path);
    else await flush(path, 'r+');
  }
  await flushFolder(folder);
}

/** Makes names in a folder survive a power cut. Windows cannot open folders, and needs no such thing. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await flush(folder, 'r');
}

async function flush(path: string, flags: string): Promise<void> {
  await using handle = await open(path, flags);
  await handle.sync();
}
