import { seedOf } from '@rsim/core';
import { at } from '../at.js';
import type { Cell } from '../cell.js';
import { meanOf } from '../statistics/clustered-mean.js';
import { holm } from '../statistics/holm.js';
import { mcnemarOfDifferences } from '../statistics/mcnemar.js';
import { pairedBootstrap } from '../statistics/paired-bootstrap.js';
import { groupBy } from './groups.js';
import { allSuites, type Comparison } from './schema.js';

/** Which two policies to compare. */
export interface ComparisonRequest {
  readonly policy: string;
  readonly baseline: string;
  /** Follower of the policy; every follower by default. */
  readonly follower?: string;
  /** Follower of the baseline; that of the policy by default. */
  readonly baselineFollower?: string;
}

export interface CompareOptions {
  readonly level?: number;
  readonly resamples?: number;
  readonly bootstrapSeed?: number;
}

/** The comparisons asked for, by suite and over suites; those of policies or followers that were not run are left out. */
export function compare(
  cells: readonly Cell[],
  requests: readonly ComparisonRequest[],
  options: CompareOptions,
): Comparison[] {
  const followers = [...new Set(cells.map(({ follower }) => follower))];
  const found = requests.flatMap((request) =>
    (request.follower === undefined ? followers : [request.follower]).flatMap((follower) =>
      compareWith(cells, { ...request, follower, baselineFollower: request.baselineFollower ?? follower }, options),
    ),
  );
  const adjusted = holm(found.map(({ pMcNemar }) => pMcNemar));
  return found.map((comparison, index) => ({ ...comparison, pHolm: at(adjusted, index) }));
}

function compareWith(
  cells: readonly Cell[],
  { policy, baseline, follower, baselineFollower }: Required<ComparisonRequest>,
  { level, resamples, bootstrapSeed = 0 }: CompareOptions,
): Comparison[] {
  const ours = groupBy(
    cells.filter((cell) => cell.policy === policy && cell.follower === follower),
    suiteOf,
  );
  const theirs = groupBy(
    cells.filter((cell) => cell.policy === baseline && cell.follower === baselineFollower),
    suiteOf,
  );
  const differences = new Map(
    [...ours].map(([suite, own]) => [suite, pairedDifferences(own, theirs.get(suite) ?? [])] as const),
  );
  const suites = [...differences].filter(([, values]) => values.length > 0);
  const one = (suite: string, strata: readonly (readonly number[])[]): Comparison => {
    const seed = seedOf(bootstrapSeed, suite, policy, baseline, follower, baselineFollower);
    const { estimate, low, high } = pairedBootstrap(strata, { level, resamples, seed });
    const all = strata.flat();
    const names = { suite, follower, policy, baseline, ...(baselineFollower === follower ? {} : { baselineFollower }) };
    const pMcNemar = mcnemarOfDifferences(all);
    return { ...names, n: all.length, difference: estimate, ciLow: low, ciHigh: high, pMcNemar };
  };
  const single = suites.map(([suite, values]) => one(suite, [values]));
  const values = suites.map(([, each]) => each);
  return suites.length > 1 ? [...single, one(allSuites, values)] : single;
}

function suiteOf({ suite }: Cell): string {
  return suite;
}

/** Per problem that both sides met under the same seeds: mean over seeds of policy − baseline. */
function pairedDifferences(policy: readonly Cell[], baseline: readonly Cell[]): number[] {
  const theirs = new Map(baseline.map((cell) => [cell.seed, correctByProblem(cell)]));
  const differences = new Map<string, number[]>();
  for (const cell of policy) {
    const other = theirs.get(cell.seed);
    for (const [problem, correct] of correctByProblem(cell)) {
      const against = other?.get(problem);
      if (against === undefined) continue;
      differences.set(problem, [...(differences.get(problem) ?? []), correct - against]);
    }
  }
  return [...differences.values()].map(meanOf);
}

function correctByProblem({ outcomes }: Cell): Map<string, number> {
  return new Map(outcomes.map(({ problem, correct }) => [problem, Number(correct)]));
}
