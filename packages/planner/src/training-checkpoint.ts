import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@rsim/core';
import { z } from 'zod';
import { readSealedFolder, sealedJson, writeSealedFolder } from './sealed-folder.js';

const stateName = 'training.json';
const stateSchema = z.object({
  schema: z.literal('rsim.training/1'),
  /** Iterations done. All random streams are named by the iteration, so this is the position in them and in the data. */
  iteration: z.int().nonnegative(),
  /** Episodes run for them. */
  episodes: z.int().nonnegative(),
  /** What the run was told to do; a run told otherwise cannot go on from here. */
  fingerprint: z.string(),
});

/** Where a training run stands. */
export type TrainingState = z.infer<typeof stateSchema>;

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
 * Writes a checkpoint into `folder`: one folder named by the iteration, with each part and the training state
 * sealed (whole or not there, with SHA-256). Older ones than the last two are deleted.
 *
 * @throws CheckpointError when it cannot be written.
 */
export async function writeCheckpoint(folder: string, parts: CheckpointParts, state: TrainingState): Promise<void> {
  const checkpoint = join(folder, String(state.iteration).padStart(6, '0'));
  await rm(checkpoint, { recursive: true, force: true });
  // The parts first, so that a checkpoint with a training state is complete.
  for (const [name, part] of Object.entries(parts)) await part.save(join(checkpoint, name));
  const text = JSON.stringify(state, null, 2);
  await writeSealedFolder(join(checkpoint, 'training'), { [stateName]: `${text}\n` });
  const old = (await checkpointNames(folder)).slice(kept);
  await Promise.all(old.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/**
 * Takes up the newest checkpoint that is whole: the parts are loaded, and where the run stood is returned.
 *
 * @param onRefused Told of each damaged checkpoint that was passed over.
 * @returns `null` when there is none yet.
 * @throws CheckpointError when all are damaged, or (code `checkpoint-mismatch`) when the newest belongs to another run.
 */
export async function resumeCheckpoint(
  folder: string,
  parts: CheckpointParts,
  fingerprint: string,
  onRefused: (error: CheckpointError) => void,
): Promise<TrainingState | null> {
  let refused: CheckpointError | null = null;
  for (const name of await checkpointNames(folder)) {
    try {
      const state = await readState(join(folder, name, 'training'));
      if (state.fingerprint !== fingerprint) throw mismatch(join(folder, name), state.fingerprint, fingerprint);
      for (const [part, savable] of Object.entries(parts)) await savable.load(join(folder, name, part));
      return state;
    } catch (thrown) {
      if (!(thrown instanceof CheckpointError) || thrown.code === 'checkpoint-mismatch') throw thrown;
      refused = thrown;
      onRefused(thrown);
    }
  }
  if (refused !== null) throw refused;
  return null;
}

async function readState(folder: string): Promise<TrainingState> {
  return sealedJson(await readSealedFolder(folder), stateName, stateSchema, folder);
}

function mismatch(checkpoint: string, theirs: string, ours: string): CheckpointError {
  const [left, right] = [JSON.parse(theirs) as Record<string, unknown>, JSON.parse(ours) as Record<string, unknown>];
  const different = Object.keys(right).filter((key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]));
  return new CheckpointError(`checkpoint ${checkpoint} belongs to a run with another ${different.join(', ')}`, {
    code: 'checkpoint-mismatch',
    remedy: 'Resume with the configuration the run was started with, or start another run.',
  });
}

/** Newest first; none where the folder does not exist. */
async function checkpointNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).sort((left, right) => Number(right) - Number(left));
}
