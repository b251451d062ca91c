import { Random, type Planner, type PlannerState, type StrategySet } from '@rsim/core';
import { at } from '../at.js';
import { checkStrategy, type Outcome } from '../outcome.js';
import { certain } from './decisions.js';
import { oneEpisodeEach } from './guided.js';
import { maskedPlanner } from './masked-planner.js';
import { plannerFor, type Policy, type TrainedPlanner } from './policy.js';

/** Probability of checking after each strategy; the first decision of an episode comes after `''`. */
export type CheckRates = ReadonlyMap<string, number>;

/**
 * How often the planner checked, from what it decided.
 *
 * `after-strategy`: a rate for each strategy of the step before. What is left to chance is then only *which* of those
 * steps is checked, and never, say, the question itself, which nobody would check: the harder control to beat.
 * `overall`: one rate for every decision.
 */
export function measuredRates(outcomes: readonly Outcome[], match: 'after-strategy' | 'overall'): CheckRates {
  const counts = new Map<string, { decisions: number; checked: number }>();
  const overall = { decisions: 0, checked: 0 };
  for (const { decisions } of outcomes) {
    for (const [index, strategy] of decisions.entries()) {
      const before = decisions[index - 1] ?? '';
      const count = counts.get(before) ?? { decisions: 0, checked: 0 };
      counts.set(before, match === 'overall' ? overall : count);
      const own = match === 'overall' ? overall : count;
      own.decisions += 1;
      if (strategy === checkStrategy) own.checked += 1;
    }
  }
  return new Map([...counts].map(([before, { decisions, checked }]) => [before, checked / decisions]));
}

/** Checks by chance, at `rates`; otherwise does what `planner` thinks best besides checking. */
export function randomCheckPlanner(planner: Planner, rates: CheckRates, strategySet: StrategySet): Planner {
  const otherwise = maskedPlanner(planner, [checkStrategy], strategySet);
  const check = certain(strategySet, checkStrategy);
  const checks = ({ steps }: PlannerState, seed: number): boolean =>
    Random.of(seed, 'random-check').next() < (rates.get(steps.at(-1)?.strategy ?? '') ?? 0);
  return {
    name: `${planner.name}, checking at random`,
    decide: async (states, options) => {
      const decisions = await otherwise.decide(states, options);
      return decisions.map((decision, row) => (checks(at(states, row), options.seeds[row] ?? 0) ? check : decision));
    },
  };
}

export interface RandomCheckOptions extends TrainedPlanner {
  /** How the rate is matched; see {@link measuredRates}. `after-strategy` by default. */
  readonly match?: 'after-strategy' | 'overall';
}

/** `random-check`: the planner with its checks moved to random places, as many as it made in the same setting. */
export function randomCheckPolicy(options: RandomCheckOptions): Policy {
  const { planner, trainedOn, fingerprint = '', match = 'after-strategy' } = options;
  return {
    name: 'random-check',
    trainedOn,
    after: ['planner'],
    fingerprint: `${match} ${fingerprint}`,
    run: (setting) => {
      const rates = measuredRates(setting.before.get('planner') ?? [], match);
      const control = randomCheckPlanner(plannerFor(planner, setting), rates, setting.strategySet);
      return oneEpisodeEach(setting, { planner: control, greedy: true });
    },
  };
}
