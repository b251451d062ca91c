import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash } from 'node:crypto';

/** Puts a file, or all files of a folder, into a hash: read in pieces, since weights may be large. */
export async function hashFiles(path: string, hash: Hash): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    for (const name of (await readdir(path)).sort()) {
      await hashFiles(join(path, name), hash);
    }
  } else for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
}
