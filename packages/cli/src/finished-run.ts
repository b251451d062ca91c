import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CheckpointError, ConfigError } from '@rsim/core';
import { commandWord } from './command-word.js';
import { keptConfig } from './kept-config.js';
import type { LoadedConfig } from './load-config.js';
import { trainedFolder, trainedFollowerFolder } from './run-training.js';

/** A run whose planner is trained. */
export interface FinishedRun {
  readonly path: string;
  readonly loaded: LoadedConfig;
  /** Folder of its trained planner. */
  readonly checkpoint: string;
  /** Folder of its trained follower; `null` where the follower did not learn. */
  readonly followerCheckpoint: string | null;
}

/**
 * @throws RunFolderError when there is no run.
 * @throws CheckpointError when its training is not finished.
 */
export function finishedRun(path: string): FinishedRun {
  const loaded = keptConfig(path);
  const checkpoint = join(path, 'checkpoints', trainedFolder);
  const follower = join(path, 'checkpoints', trainedFollowerFolder);
  const followerCheckpoint = existsSync(follower) ? follower : null;
  if (existsSync(checkpoint)) return { path, loaded, checkpoint, followerCheckpoint };
  throw new CheckpointError(`the run in ${resolve(path)} has no trained planner yet`, {
    remedy: `Finish it first: rsim train --resume ${commandWord(path)}.`,
    code: 'checkpoint-missing',
  });
}

/** @throws ConfigError unless the runs are of one configuration with different seeds. */
export function refuseStrangers([first, ...others]: readonly FinishedRun[]): void {
  const seeds = new Set<number | undefined>([first?.loaded.config.seed]);
  for (const { path, loaded } of others) {
    const { seed } = loaded.config;
    const own = { seed: 0, trackers: [] };
    const alike = isDeepStrictEqual({ ...loaded.config, ...own }, { ...first?.loaded.config, ...own });
    if (!alike || seeds.has(seed)) {
      const what = alike ? `the seed ${seed}, which another run has too` : `another configuration than ${first?.path}`;
      throw new ConfigError(`the run in ${path} has ${what}`, {
        remedy: 'Evaluate together only runs of one configuration, each with a seed of its own.',
      });
    }
    seeds.add(seed);
  }
}
