import { Random, type Planner, type StrategySet } from '@rsim/core';
import { decisionOf } from './decisions.js';
import { oneEpisodeEach } from './guided.js';
import type { Policy } from './policy.js';

/** A planner that picks every strategy, the terminal one included, with the same probability. */
export function randomPlanner(strategySet: StrategySet): Planner {
  const count = strategySet.strategies.length;
  const uniform = strategySet.strategies.map(() => 1 / count);
  return {
    name: 'random',
    decide: async (states, { seeds }) =>
      states.map((_, row) => decisionOf(strategySet, uniform, Random.of(seeds[row] ?? 0).integer(0, count - 1))),
  };
}

/** `random`: a strategy picked uniformly before every step. */
export function randomPolicy(): Policy {
  return {
    name: 'random',
    trainedOn: null,
    after: [],
    fingerprint: '',
    run: (setting) => oneEpisodeEach(setting, { planner: randomPlanner(setting.strategySet) }),
  };
}
