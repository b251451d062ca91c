import { at } from '../at.js';
import type { Cell } from '../cell.js';
import { accuracyInterval } from '../statistics/accuracy.js';
import type { Observation } from '../statistics/clustered-mean.js';
import { rateContrast } from '../statistics/rate-contrast.js';
import { groupBy } from './groups.js';
import { allSuites, type Adaptivity } from './schema.js';

type Side = 'wrong' | 'right';

/**
 * How often each policy validates after wrong and after right steps, all seeds together, with intervals clustered by
 * problem: the decisions of one episode hang together, and so do the episodes of one problem under several seeds.
 * Policies whose leader never decides, and cells nobody judged, are left out.
 */
export function adaptivityOf(cells: readonly Cell[], level?: number): Adaptivity[] {
  const judged = cells.filter((cell) => cell.outcomes.some(({ checks, decisions }) => checks && decisions.length > 0));
  const groups = groupBy(judged, ({ follower, policy }) => JSON.stringify([follower, policy]));
  return [...groups.values()].flatMap((group) => {
    const suites = [...groupBy(group, ({ suite }) => suite).values()];
    const single = suites.map((suite) => adaptivity(suite, at(suite, 0).suite, level));
    return suites.length > 1 ? [...single, adaptivity(group, allSuites, level)] : single;
  });
}

function adaptivity(cells: readonly Cell[], suite: string, level?: number): Adaptivity {
  const { follower, policy } = at(cells, 0);
  const wrong = decisionsAfter(cells, 'wrong');
  const right = decisionsAfter(cells, 'right');
  const contrast = wrong.length > 0 && right.length > 0 ? rateContrast(wrong, right, level) : null;
  return {
    ...{ suite, follower, policy },
    wrong: rateOf(wrong, level),
    right: rateOf(right, level),
    difference: contrast && { estimate: contrast.estimate, ciLow: contrast.low, ciHigh: contrast.high },
  };
}

/** One observation per decision: 1 where it was to check. */
function decisionsAfter(cells: readonly Cell[], side: Side): Observation[] {
  return cells.flatMap(({ outcomes }) =>
    outcomes.flatMap(({ problem, checks }) => {
      const { decisions, checked } = checks?.[side] ?? { decisions: 0, checked: 0 };
      return Array.from({ length: decisions }, (_, index) => ({ cluster: problem, value: Number(index < checked) }));
    }),
  );
}

function rateOf(decisions: readonly Observation[], level?: number): Adaptivity['wrong'] {
  if (decisions.length === 0) return null;
  const { estimate, low, high } = accuracyInterval([decisions], level);
  return { decisions: decisions.length, rate: estimate, ciLow: low, ciHigh: high };
}
