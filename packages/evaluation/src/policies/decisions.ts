import { ConfigError, type Decision, type StrategySet } from '@rsim/core';
import { at } from '../at.js';

/** Index of a strategy in its set. @throws ConfigError when it is not there. */
export function strategyIndex(strategySet: StrategySet, id: string): number {
  const index = strategySet.strategies.findIndex((strategy) => strategy.id === id);
  if (index < 0) {
    throw new ConfigError(`strategy "${id}" is not in strategy set "${strategySet.name}"`, {
      remedy: `Use one of: ${strategySet.strategies.map((strategy) => strategy.id).join(', ')}.`,
    });
  }
  return index;
}

/** The decision of somebody who has no doubt. */
export function certain(strategySet: StrategySet, id: string): Decision {
  const chosen = strategyIndex(strategySet, id);
  return {
    strategy: id,
    logProbability: 0,
    probabilities: strategySet.strategies.map((_, at) => Number(at === chosen)),
  };
}

/** The decision for `index` under `probabilities`. */
export function decisionOf(strategySet: StrategySet, probabilities: readonly number[], index: number): Decision {
  const { id } = at(strategySet.strategies, index);
  return { strategy: id, logProbability: Math.log(at(probabilities, index)), probabilities };
}
