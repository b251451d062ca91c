import { defaultStrategies, runEpisodes, take } from '@rsim/core';
import type { Episode, Planner } from '@rsim/core';
import { drGrpo } from '../advantages/dr-grpo.js';
import { GruPlanner } from '../gru-planner.js';
import type { GruPlannerInput } from '../planner-options.js';
import { trainPlanner } from '../train-planner.js';
import type { TrainPlannerOptions } from '../train-planner.js';
import type { TrainingRecord } from '../training-record.js';
import { ToyFollower, toyReward, toySuite, toyTermination } from './toy-world.js';

/** Of the default strategies those with these ids, in the default's order. */
export function toyStrategySet(...ids: readonly string[]) {
  return { name: 'toy', strategies: defaultStrategies.strategies.filter(({ id }) => ids.includes(id)) };
}

/** Few strategies, so that a few seconds are enough. */
export const toyStrategies = toyStrategySet('continuation', 'validation', 'summarization', 'termination');

export function toyPlanner(options: GruPlannerInput = {}): GruPlanner {
  return new GruPlanner(toyStrategies, 7, {
    buckets: 512,
    embedding: 16,
    hidden: 24,
    backend: 'cpu',
    worker: false,
    ...options,
  });
}

/** Trains in the toy world; the records come without what depends on the clock. */
export async function trainToy(options: Partial<TrainPlannerOptions> = {}) {
  const planner = options.planner ?? toyPlanner();
  const records: TrainingRecord[] = [];
  const outcome = await trainPlanner({
    stage: 'toy',
    planner,
    follower: new ToyFollower(),
    suites: [{ suite: toySuite }],
    strategySet: toyStrategies,
    rewards: [toyReward, toyTermination],
    leaderTerms: ({ rewards: { leader } }) => [
      { name: 'accuracy', score: leader['accuracy']!, weight: 1 },
      { name: 'termination', score: leader['termination']!, weight: 0.05 },
    ],
    settings: { iterations: 4, problemsPerIteration: 4, group: 8 },
    seed: 5,
    onIteration: (record) => void records.push(record),
    ...options,
  });
  return { planner, records: records.map(({ seconds: _, ...rest }) => rest), outcome };
}

/**
 * Enough for a planner to learn the toy world from rewards alone; see the table in docs/planner.md. GRPO's division by the deviation makes
 * the small reward for ending count in full wherever no episode of a group is right, so that the leader ends there before it ever
 * finds out what is right.
 */
export const fromRewards = {
  estimator: drGrpo,
  settings: { iterations: 40, problemsPerIteration: 16, minibatches: 1, learningRate: 1e-2, entropy: 0.1 },
} as const;

/** Episodes on problems of a split, one each. */
export function toyEpisodes(
  planner: Planner,
  { count = 100, split = 'test' as 'train' | 'test', greedy = true } = {},
): Promise<Episode[]> {
  const problems = take(toySuite.problems({ split, seed: 1 }), count);
  return runEpisodes({
    ...{ problems: problems.map((problem) => ({ problem, suite: toySuite })), samples: 1, follower: new ToyFollower() },
    ...{ planner, strategySet: toyStrategies, rewards: [toyReward], temperature: 1, greedy, seed: 3 },
  });
}

/** Share of episodes whose answer is right. */
export function accuracyOf(episodes: readonly Episode[]): number {
  return episodes.reduce((sum, { verdict }) => sum + (verdict?.score ?? 0), 0) / episodes.length;
}
