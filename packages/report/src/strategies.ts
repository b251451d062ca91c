import { defaultStrategies } from '@rsim/core';
import type { Point, StrategyName } from './report-data.js';

const prefix = 'strategyUse.';

/**
 * Ids of the leader's strategies in the order of its actions: as a record of training tells them, else those of the
 * default set unless the configuration names another; `null` while nobody tells.
 */
export function strategyIds(points: readonly Point[], config: unknown): readonly string[] | null {
  for (const { values } of points) {
    const paths = Object.keys(values).filter((path) => path.startsWith(prefix));
    if (paths.length > 0) return paths.map((path) => path.slice(prefix.length));
  }
  const set = (config as { readonly strategySet?: { readonly name?: unknown } } | null)?.strategySet?.name;
  const isDefault = set === undefined || set === defaultStrategies.name;
  return isDefault ? defaultStrategies.strategies.map(({ id }) => id) : null;
}

/** A strategy with the title that the default set gives it, else with its id made readable. */
export function strategyName(id: string): StrategyName {
  const known = defaultStrategies.strategies.find((strategy) => strategy.id === id);
  return { id, title: known?.title ?? readable(id) };
}

function readable(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
