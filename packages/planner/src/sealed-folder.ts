import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CheckpointError, messageOf } from '@rsim/core';
import { z } from 'zod';

const sealName = 'seal.json';
const sealSchema = z.object({
  schema: z.literal('rsim.sealed-folder/1'),
  /** SHA-256 (hexadecimal) of every file. */
  sha256: z.record(z.string(), z.string()),
});

/**
 * Writes files as one folder that is either whole or not there: into a temporary folder beside it, with the SHA-256 of
 * each in `seal.json`, then renamed. A folder of that name is replaced.
 *
 * @throws CheckpointError when the folder cannot be written.
 */
export async function writeSealedFolder(
  folder: string,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<void> {
  const parent = dirname(folder);
  const temporary = join(parent, `.${randomUUID()}.tmp`);
  const sha256 = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, hashOf(content)]));
  const seal = JSON.stringify({ schema: 'rsim.sealed-folder/1', sha256 }, null, 2);
  try {
    await mkdir(temporary, { recursive: true });
    for (const [name, content] of Object.entries(files))
      await writeFile(join(temporary, name), content, { flush: true });
    await writeFile(join(temporary, sealName), `${seal}\n`, { flush: true });
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw new CheckpointError(`${folder} cannot be written: ${messageOf(thrown)}`, {
      code: 'checkpoint-unwritable',
      remedy: 'Choose a folder that can be written and a disk with room.',
      cause: thrown,
    });
  }
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
