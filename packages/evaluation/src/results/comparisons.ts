import { seedOf } from '@rsim/core';
import { at } from '../at.js';
import type { Cell } from '../cell.js';
import { holm } from '../statistics/holm.js';
import { mcnemarMidP, mcnemarOfDifferences } from '../statistics/mcnemar.js';
import { pairedBootstrap } from '../statistics/paired-bootstrap.js';
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
  const tables = [...ours].flatMap(([suite, own]) => {
    const table = pairedTable(own, theirs.get(suite) ?? []);
    return table === null ? [] : [{ suite, table }];
  });
  const one = (suite: string, strata: readonly PairedTable[]): Comparison => {
    const seed = seedOf(bootstrapSeed, suite, policy, baseline, follower, baselineFollower);
    const differences = strata.map((table) => pairsOf(table).map(([own, other]) => own - other));
    const { estimate, low, high } = pairedBootstrap(differences, { level, resamples, seed });
    const all = differences.flat();
    const names = { suite, follower, policy, baseline, ...(baselineFollower === follower ? {} : { baselineFollower }) };
    const effects = effectsOf(strata, level);
    const pValues = { pMcNemar: mcnemarOfDifferences(all), pMidP: mcnemarMidP(effects.wins ?? 0, effects.losses ?? 0) };
    return { ...names, n: all.length, difference: estimate, ciLow: low, ciHigh: high, ...pValues, ...effects };
  };
  const single = tables.map(({ suite, table }) => one(suite, [table]));
  const every = tables.map(({ table }) => table);
  return tables.length > 1 ? [...single, one(allSuites, every)] : single;
}

function suiteOf({ suite }: Cell): string {
  return suite;
}
