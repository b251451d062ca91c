import { ConfigError, TOKENS } from '@rsim/core';
import type { Composition } from './composition.js';
import type { FinishedRun } from './finished-run.js';
import { trainableFollower } from './run-training.js';

/**
 * Gives the configuration's follower the weights that it learned in the run, where it did.
 *
 * @throws ConfigError when there are several runs, each with a follower of its own.
 */
export async function takeUpTrainedFollower(composition: Composition, runs: readonly FinishedRun[]): Promise<void> {
  const [first, ...others] = runs.flatMap(({ followerCheckpoint }) => followerCheckpoint ?? []);
  if (first === undefined) return;
  if (others.length > 0) {
    throw new ConfigError('the runs trained their followers, so each has another one', {
      remedy: 'Evaluate them one by one.',
    });
  }
  await trainableFollower(composition.container.resolve(TOKENS.follower)).load(first);
}
