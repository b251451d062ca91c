import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CheckpointError, messageOf } from '@rsim/core';
import { z } from 'zod';
import { readSealedFolder, sealedJson, writeSealedFolder } from './sealed-folder.js';
import { writeWholeFolder } from './whole-folder.js';

const stateName = 'training.json';
const stateSchema = z.object({
  schema: z.literal('rsim.training/1'),
  /** Iterations done. All random streams are named by the iteration, so this is the position in them and in the data. */
  iteration: z.int().nonnegative(),
  /** Episodes run for them. */
  episodes: z.int().nonnegative(),
  /** What the run was told to do; a run told otherwise cannot go on from here. */
  fingerprint: z.string(),
  /** SHA-256 (hexadecimal) of every file of the parts by its path in the checkpoint; earlier versions kept none. */
  sha256: z.record(z.string(), z.string()).default({}),
});

/** Where a training run stands. */
export type TrainingState = Omit<z.infer<typeof stateSchema>, 'sha256'>;

/** A checkpoint that is whole. */
export interface Checkpoint {
  readonly path: string;
  readonly state: TrainingState;
}

/** Something with a state that is kept in a checkpoint, under a name of its own. */
export interface Savable {
  save(folder: string): Promise<void>;
  load(folder: string): Promise<void>;
}

/** What learns, by the name of its folder in a checkpoint. */
export type CheckpointParts = Readonly<Record<string, Savable>>;

/** Number of checkpoints kept: a damaged one must have a predecessor. */
const kept = 2;

/**
 * Writes a checkpoint into `folder`: one folder named by the iteration, with each part and the training state, whole or not
 * there, with SHA-256. All but this one and the one before are deleted.
 *
 * @throws CheckpointError when it cannot be written.
 */
export async function writeCheckpoint(folder: string, parts: CheckpointParts, state: TrainingState): Promise<void> {
  await writeWholeFolder(join(folder, nameOf(state)), async (temporary) => {
    for (const [name, part] of Object.entries(parts)) await part.save(join(temporary, name));
    const text = JSON.stringify({ ...state, sha256: await hashesOf(temporary) }, null, 2);
    await writeSealedFolder(join(temporary, 'training'), { [stateName]: `${text}\n` });
  });
  await removeOthers(folder, state.iteration);
}

/**
 * The newest checkpoint that is whole and verified.
 *
 * @param onRefused Told of each damaged checkpoint that was passed over.
 * @returns `null` when there is none.
 * @throws CheckpointError when it belongs to another run (code `checkpoint-mismatch`), or the folder cannot be read.
 */
export async function newestCheckpoint(
  folder: string,
  fingerprint: string,
  onRefused: (error: CheckpointError) => void,
): Promise<Checkpoint | null> {
  for (const name of await checkpointNames(folder)) {
    const path = join(folder, name);
    try {
      const state = await verifiedState(path);
      if (state.fingerprint !== fingerprint) throw mismatch(path, state.fingerprint, fingerprint);
      return { path, state };
    } catch (thrown) {
      if (!(thrown instanceof CheckpointError) || thrown.code === 'checkpoint-mismatch') throw thrown;
      onRefused(thrown);
    }
  }
  return null;
}

/** Has every part take up what a checkpoint holds of it. */
export async function loadCheckpoint({ path }: Checkpoint, parts: CheckpointParts): Promise<void> {
  for (const [name, part] of Object.entries(parts)) await part.load(join(path, name));
}

/** @throws CheckpointError when a file is missing, or has changed. */
async function verifiedState(checkpoint: string): Promise<TrainingState> {
  const folder = join(checkpoint, 'training');
  const { sha256, ...state } = sealedJson(await readSealedFolder(folder), stateName, stateSchema, folder);
  const refuse = (what: string, cause?: unknown) =>
    new CheckpointError(`checkpoint ${checkpoint} is refused: ${what}`, {
      remedy: 'Use another checkpoint, or train again.',
      cause,
    });
  const found = await hashesOf(checkpoint).catch((thrown: unknown) => {
    throw refuse(`it cannot be read: ${messageOf(thrown)}`, thrown);
  });
  for (const [file, expected] of Object.entries(sha256)) {
    if (found[file] === undefined) throw refuse(`${file} is missing`);
    if (found[file] !== expected) throw refuse(`${file} has changed since it was written (SHA-256)`);
  }
  return state;
}

/** SHA-256 of every file by its path in the folder; read in pieces, since weights may be large. */
async function hashesOf(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const hash = createHash('sha256');
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
    hashes[relative(folder, file).split(sep).join('/')] = hash.digest('hex');
  }
  return hashes;
}

/** All but the newest two; those of later iterations were refused, and what is unfinished was left by a process that was killed. */
async function removeOthers(folder: string, iteration: number): Promise<void> {
  const names = await checkpointNames(folder);
  const needed = names.filter((name) => Number(name) <= iteration).slice(0, kept);
  const left = names.filter((name) => !needed.includes(name));
  const unfinished = (await readdir(folder)).filter((name) => /^\.\d+\.tmp$/.test(name));
  await Promise.all([...left, ...unfinished].map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function mismatch(checkpoint: string, theirs: string, ours: string): CheckpointError {
  const [left, right] = [JSON.parse(theirs) as Record<string, unknown>, JSON.parse(ours) as Record<string, unknown>];
  const different = Object.keys(right).filter((key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]));
  return new CheckpointError(`checkpoint ${checkpoint} belongs to a run with another ${different.join(', ')}`, {
    code: 'checkpoint-mismatch',
    remedy: 'Resume with the configuration the run was started with, or start another run.',
  });
}

function nameOf({ iteration }: TrainingState): string {
  return String(iteration).padStart(6, '0');
}

/** Newest first; none where the folder does not exist. @throws CheckpointError when it cannot be read. */
async function checkpointNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw new CheckpointError(`the checkpoints in ${folder} cannot be read: ${thrown.message}`, {
      code: 'checkpoint-unreadable',
      remedy: 'Make the folder readable: without it training would begin anew.',
      cause: thrown,
    });
  });
  return names.filter((name) => /^\d+$/.test(name)).sort((left, right) => Number(right) - Number(left));
}
