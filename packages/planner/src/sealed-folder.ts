import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@rsim/core';
import { z } from 'zod';
import { writeWholeFolder } from './whole-folder.js';

const sealName = 'seal.json';
const sealSchema = z.object({
  schema: z.literal('rsim.sealed-folder/1'),
  /** SHA-256 (hexadecimal) of every file. */
  sha256: z.record(z.string(), z.string()),
});

/**
 * Writes files as one folder that is either whole or not there, with the SHA-256 of each in `seal.json`. A folder of that name is
 * replaced.
 *
 * @throws CheckpointError when the folder cannot be written.
 */
export async function writeSealedFolder(
  folder: string,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<void> {
  const sha256 = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, hashOf(content)]));
  const seal = JSON.stringify({ schema: 'rsim.sealed-folder/1', sha256 }, null, 2);
  await writeWholeFolder(folder, async (temporary) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(temporary, name), content);
    await writeFile(join(temporary, sealName), `${seal}\n`);
  });
}

/**
 * The files of a folder that {@link writeSealedFolder} wrote, each checked against its SHA-256.
 *
 * @throws CheckpointError when the folder or a file is missing, or one has changed since.
 */
export async function readSealedFolder(folder: string): Promise<Map<string, Buffer>> {
  const refuse = (what: string, cause?: unknown) =>
    new CheckpointError(`checkpoint ${folder} is refused: ${what}`, {
      remedy: 'Use another checkpoint, or train again.',
      cause,
    });
  let seal: z.infer<typeof sealSchema>;
  try {
    seal = sealSchema.parse(JSON.parse(await readFile(join(folder, sealName), 'utf8')));
  } catch (thrown) {
    throw refuse(`${sealName} is missing or does not parse`, thrown);
  }
  const files = new Map<string, Buffer>();
  for (const [name, expected] of Object.entries(seal.sha256)) {
    const content = await readFile(join(folder, name)).catch((thrown: unknown) => {
      throw refuse(`${name} cannot be read`, thrown);
    });
    if (hashOf(content) !== expected) throw refuse(`${name} has changed since it was written (SHA-256)`);
    files.set(name, content);
  }
  return files;
}

/**
 * The JSON file `name` of a sealed folder.
 *
 * @throws CheckpointError when there is none, or it is not what `schema` describes.
 */
export function sealedJson<Schema extends z.ZodType>(
  files: ReadonlyMap<string, Buffer>,
  name: string,
  schema: Schema,
  folder: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(files.get(name)?.toString('utf8') ?? ''));
  } catch (thrown) {
    throw new CheckpointError(`checkpoint ${folder} is refused: ${name} is missing or of another schema`, {
      remedy: 'Use a checkpoint that this version wrote, or train again.',
      cause: thrown,
    });
  }
}

function hashOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
