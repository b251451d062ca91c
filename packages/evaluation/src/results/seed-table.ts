import type { Cell } from '../cell.js';
import { meanOf } from '../statistics/clustered-mean.js';
import { groupBy } from './groups.js';

/** Means over the tries of each seed. */
export function meansBySeed(
  tries: readonly { readonly seed: number; readonly values: readonly number[] }[],
): number[][] {
  const bySeed = groupBy(tries, ({ seed }) => String(seed));
  return [...bySeed.values()].map((own) =>
    (own[0]?.values ?? []).map((_, place) => meanOf(own.map(({ values }) => values[place] as number))),
  );
}

/** By seed, for each problem that all cells met, the share of tries that got it right. */
export function problemsBySeed(cells: readonly Cell[]): number[][] {
  const right = cells.map((cell) => ({ seed: cell.seed, correct: correctByProblem(cell) }));
  const problems = [...(right[0]?.correct.keys() ?? [])].filter((key) =>
    right.every(({ correct }) => correct.has(key)),
  );
  return meansBySeed(
    right.map(({ seed, correct }) => ({ seed, values: problems.map((key) => correct.get(key) as number) })),
  );
}

export function correctByProblem({ outcomes }: Cell): Map<string, number> {
  return new Map(outcomes.map(({ problem, correct }) => [problem, Number(correct)]));
}
