import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * Whether a file is what its etag says: the hub gives large files (LFS) the SHA-256 of their content, small ones their
 * git object name (SHA-1 over `blob SIZE\0` and the content). Any other etag says nothing about the content.
 */
export async function matchesEtag(path: string, etag: string): Promise<boolean> {
  if (/^[0-9a-f]{64}$/.test(etag)) return (await digest(path, 'sha256')) === etag;
  if (/^[0-9a-f]{40}$/.test(etag)) {
    const { size } = await stat(path);
    return (await digest(path, 'sha1', `blob ${size}\0`)) === etag;
  }
  return true;
}

/** SHA-256 of a file, hexadecimal. */
export function sha256Of(path: string): Promise<string> {
  return digest(path, 'sha256');
}

async function digest(path: string, algorithm: 'sha1' | 'sha256', prefix = ''): Promise<string> {
  const hash = createHash(algorithm).update(prefix);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
