import { createHash } from 'node:crypto';
import { ConfigError, TOKENS, type Planner } from '@rsim/core';
import type { TrainedPlanner } from '@rsim/evaluation';
import { createPlanner, type Composition } from './composition.js';
import type { FinishedRun } from './finished-run.js';
import { hashFiles } from './hash-files.js';
import { trainable } from './run-training.js';

/** The trained planners of runs as the evaluation wants them: for each seed the one that was trained with it. */
export async function trainedPlanner(composition: Composition, runs: readonly FinishedRun[]): Promise<TrainedPlanner> {
  const { container } = composition;
  const planners = new Map<number, Planner>();
  const hash = createHash('sha256');
  for (const { checkpoint, loaded } of runs) {
    const planner = trainable(await createPlanner(container, loaded));
    await planner.load(checkpoint);
    planners.set(loaded.config.seed, planner);
    await hashFiles(checkpoint, hash);
  }
  const { name: trainedOn } = container.resolve(TOKENS.follower);
  const fingerprint = hash.digest('hex');
  const [only] = planners.values();
  // One planner is tried with every seed of the evaluation, several each with its own.
  if (only !== undefined && planners.size === 1) return { planner: only, trainedOn, fingerprint };
  return { planner: ({ seed }) => planners.get(seed) ?? unknown(seed), trainedOn, fingerprint };
}

function unknown(seed: number): never {
  throw new ConfigError(`no run was trained with the seed ${seed}`, {
    remedy: 'Leave evaluation.seeds out: several runs are evaluated with their own seeds.',
  });
}
