import { seedOf } from '@rsim/core';
import { at } from '../at.js';
import type { Cell } from '../cell.js';
import { holm } from '../statistics/holm.js';
import { mcnemarExact, mcnemarMidP } from '../statistics/mcnemar.js';
import { pairedDifference } from '../statistics/paired-difference.js';
import { effectsOf } from './effects.js';
import { groupBy } from './groups.js';
import { pairedTable, pairsOf, type PairedTable } from './paired-table.js';
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
  /** Suites that a mean over suites must have, so that all means are of the same; by default those that there are. */
  readonly suiteCount?: number;
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
  return withHolm(found);
}

/** Adjusts the tests, and apart from them those over seeds: each for all that were made of its kind. */
function withHolm(comparisons: readonly Comparison[]): Comparison[] {
  const adjusted = holm(comparisons.map(({ pMcNemar }) => pMcNemar));
  const seeded = comparisons.filter(({ overSeeds }) => overSeeds !== undefined);
  const adjustedOverSeeds = holm(seeded.map(({ overSeeds }) => overSeeds?.p ?? 1));
  return comparisons.map((comparison, index) => {
    const { overSeeds, ...rest } = comparison;
    if (overSeeds === undefined) return { ...rest, pHolm: at(adjusted, index) };
    const pHolm = at(adjustedOverSeeds, seeded.indexOf(comparison));
    return { ...rest, pHolm: at(adjusted, index), overSeeds: { ...overSeeds, pHolm } };
  });
}

function compareWith(
  cells: readonly Cell[],
  { policy, baseline, follower, baselineFollower }: Required<ComparisonRequest>,
  { level, resamples, bootstrapSeed = 0, suiteCount }: CompareOptions,
): Comparison[] {
  const ours = groupBy(
    cells.filter((cell) => cell.policy === policy && cell.follower === follower),
    suiteOf,
  );
  const theirs = groupBy(
    cells.filter((cell) => cell.policy === baseline && cell.follower === baselineFollower),
    suiteOf,
  );
  const tables = [...ours].flatMap(([suite, own]) => {
    const table = pairedTable(own, theirs.get(suite) ?? []);
    return table === null ? [] : [{ suite, table }];
  });
  const one = (suite: string, strata: readonly PairedTable[]): Comparison => {
    const seed = seedOf(bootstrapSeed, suite, policy, baseline, follower, baselineFollower);
    const pairs = strata.map(pairsOf);
    const { estimate, low, high } = pairedDifference(pairs, { level, resamples, seed });
    const names = { suite, follower, policy, baseline, ...(baselineFollower === follower ? {} : { baselineFollower }) };
    const effects = effectsOf(strata, level);
    const { wins, losses } = effects;
    const pValues = { pMcNemar: mcnemarExact(wins, losses), pMidP: mcnemarMidP(wins, losses) };
    return { ...names, n: pairs.flat().length, difference: estimate, ciLow: low, ciHigh: high, ...pValues, ...effects };
  };
  const single = tables.map(({ suite, table }) => one(suite, [table]));
  const every = tables.map(({ table }) => table);
  return tables.length > 1 && tables.length === (suiteCount ?? tables.length)
    ? [...single, one(allSuites, every)]
    : single;
}

function suiteOf({ suite }: Cell): string {
  return suite;
}
