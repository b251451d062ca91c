import { Random, terminalStrategy, type Decision, type Planner, type StrategySet } from '@rsim/core';
import { decisionOf, strategyIndex } from './decisions.js';

/**
 * The same planner with some strategies forbidden: its distribution over the rest, renormalised. Where nothing is left
 * of it, it ends the episode.
 *
 * @throws ConfigError when a forbidden strategy is not in the set.
 */
export function maskedPlanner(planner: Planner, forbidden: readonly string[], strategySet: StrategySet): Planner {
  const masked = new Set(forbidden.map((id) => strategyIndex(strategySet, id)));
  const terminal = strategyIndex(strategySet, terminalStrategy(strategySet).id);
  const restrict = ({ probabilities }: Decision, greedy: boolean, seed: number): Decision => {
    const kept = probabilities.map((probability, index) => (masked.has(index) ? 0 : probability));
    const total = kept.reduce((sum, probability) => sum + probability, 0);
    if (!(total > 0))
      return decisionOf(
        strategySet,
        kept.map((_, index) => Number(index === terminal)),
        terminal,
      );
    const renormalised = kept.map((probability) => probability / total);
    const chosen = greedy ? renormalised.indexOf(Math.max(...renormalised)) : Random.of(seed).weighted(renormalised);
    return decisionOf(strategySet, renormalised, chosen);
  };
  return {
    name: `${planner.name} without ${forbidden.join(', ')}`,
    decide: async (states, options) => {
      const decisions = await planner.decide(states, options);
      return decisions.map((decision, row) => restrict(decision, options.greedy, options.seeds[row] ?? 0));
    },
  };
}
