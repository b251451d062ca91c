import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@rsim/core';
import { z } from 'zod';
import { readSealedFolder, writeSealedFolder } from './sealed-folder.js';
import type { TrainablePlanner } from './trainable-planner.js';

const stateName = 'training.json';
const stateSchema = z.object({
  schema: z.literal('rsim.training/1'),
  /** Iterations done; all random streams are named by it, so it is also the position in them and in the data. */
  iteration: z.int().nonnegative(),
  episodes: z.int().nonnegative(),
  /** What the run was told to do; another run cannot go on from here. */
  fingerprint: z.string(),
});

/** Where a training run stands. */
export type TrainingState = Omit<z.infer<typeof stateSchema>, 'schema'>;

/** A run's checkpoints: one folder per kept iteration, each whole and sealed, the newest few kept. */
export class TrainingCheckpoints {
  /** @param keep How many are kept; more than one, so that a damaged one has a predecessor. */
  constructor(
    readonly folder: string,
    readonly keep = 2,
  ) {}

  /** @throws CheckpointError when it cannot be written. */
  async write(planner: TrainablePlanner, state: TrainingState): Promise<void> {
    const folder = join(this.folder, String(state.iteration).padStart(6, '0'));
    await rm(folder, { recursive: true, force: true });
    // The planner first: a checkpoint counts once its training state is sealed.
    await planner.save(join(folder, 'planner'));
    const text = JSON.stringify({ schema: 'rsim.training/1', ...state }, null, 2);
    await writeSealedFolder(join(folder, 'training'), { [stateName]: `${text}\n` });
    const old = (await this.#names()).slice(this.keep);
    await Promise.all(old.map((name) => rm(join(this.folder, name), { recursive: true, force: true })));
  }
}
