import { ConfigError } from './errors.js';
import type { Strategy, StrategySet } from './strategy.js';

/**
 * The one strategy of `set` that ends an episode.
 *
 * @throws ConfigError when the set has no terminal strategy or several, or uses an id twice.
 */
export function terminalStrategy(set: StrategySet): Strategy {
  const ids = set.strategies.map(({ id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new ConfigError(`strategy set "${set.name}" has two strategies with the id "${repeated}"`, {
      remedy: 'Give every strategy an id of its own.',
    });
  }
  const terminal = set.strategies.filter((strategy) => strategy.terminal);
  const [only] = terminal;
  if (only === undefined || terminal.length > 1) {
    throw new ConfigError(`strategy set "${set.name}" has ${terminal.length} terminal strategies`, {
      remedy: 'Mark exactly one strategy as terminal: the one that asks for the final answer.',
    });
  }
  return only;
}
