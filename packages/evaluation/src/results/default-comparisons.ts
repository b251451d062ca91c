import type { Cell } from '../cell.js';
import type { ComparisonRequest } from './comparisons.js';

/** From this ratio of parameters on, a follower counts as far larger than another. */
const farLarger = 20;

/**
 * What is compared unless somebody asks otherwise: `planner` with every other policy, follower by follower; `oracle`
 * with `oracle-no-check`, which tells what checking is worth at best; and `planner` on a small follower with `alone` on
 * every follower at least 20 times its size.
 */
export function defaultComparisons(cells: readonly Cell[], policies: readonly string[]): ComparisonRequest[] {
  const has = (name: string) => policies.includes(name);
  const others = policies.filter((name) => name !== 'planner');
  return [
    ...(has('planner') ? others.map((baseline) => ({ policy: 'planner', baseline })) : []),
    ...(has('oracle') && has('oracle-no-check') ? [{ policy: 'oracle', baseline: 'oracle-no-check' }] : []),
    ...(has('planner') && has('alone') ? againstFarLarger(cells) : []),
  ];
}

function againstFarLarger(cells: readonly Cell[]): ComparisonRequest[] {
  const sizes = [...new Map(cells.map(({ follower, followerParameters }) => [follower, followerParameters]))];
  return sizes.flatMap(([follower, size]) =>
    sizes
      .filter(([, other]) => size !== null && other !== null && other >= farLarger * size)
      .map(([baselineFollower]) => ({ policy: 'planner', baseline: 'alone', follower, baselineFollower })),
  );
}
