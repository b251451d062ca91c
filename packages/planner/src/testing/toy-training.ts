import { defaultStrategies } from '@rsim/core';
import { GruPlanner } from '../gru-planner.js';
import type { GruPlannerInput } from '../planner-options.js';
import { trainPlanner } from '../train-planner.js';
import type { TrainPlannerOptions } from '../train-planner.js';
import type { TrainingRecord } from '../training-record.js';
import { ToyFollower, toyReward, toySuite, toyTermination } from './toy-world.js';

/** Few strategies, so that a few seconds are enough. */
/** Of the default strategies those with these ids, in the default's order. */
export function toyStrategySet(...ids: readonly string[]) {
  return { name: 'toy', strategies: defaultStrategies.strategies.filter(({ id }) => ids.includes(id)) };
}

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
