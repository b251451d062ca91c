import { PlannerError } from './errors.js';
import type { Decision } from './planner.js';
import type { Strategy, StrategySet } from './strategy.js';

/** A decision together with the strategy it names. */
export interface Choice {
  readonly strategy: Strategy;
  readonly decision: Decision;
}

/**
 * The choice a planner made for one state of a batch.
 *
 * @throws PlannerError with the code `planner-contract` when the planner did not decide for every state, names a
 * strategy that is not in the set, or gives a distribution of another length than the set.
 */
export function choiceAt(
  decisions: readonly Decision[],
  index: number,
  states: number,
  planner: string,
  strategySet: StrategySet,
): Choice {
  const broken = (what: string): PlannerError =>
    new PlannerError(`planner "${planner}" ${what}`, {
      code: 'planner-contract',
      remedy: 'Use a planner made for this strategy set, or the strategy set it was made for.',
    });
  const decision = decisions[index];
  if (decision === undefined || decisions.length !== states) {
    throw broken(`made ${decisions.length} decisions for ${states} states`);
  }
  const { strategies, name } = strategySet;
  const strategy = strategies.find(({ id }) => id === decision.strategy);
  if (strategy === undefined) throw broken(`chose "${decision.strategy}", which is not in strategy set "${name}"`);
  if (decision.probabilities.length !== strategies.length) {
    throw broken(`gave ${decision.probabilities.length} probabilities for ${strategies.length} strategies`);
  }
  return { strategy, decision };
}
