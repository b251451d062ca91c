import { seedOf } from '@rsim/core';
import {
  allSuites,
  cohensH,
  holm,
  independentDifference,
  mcnemarOfDifferences,
  pairedDifference,
  type Interval,
  type ResultRow,
} from '@rsim/evaluation';
import type { AccuracyDifference, RunComparison, RunData } from './report-data.js';
import { outcomeKey, runOutcomes, type RunOutcomes } from './run-outcomes.js';
import { settingDifferences } from './setting-differences.js';

const resamples = 2000;

/**
 * The other runs against the first: settings, and the accuracy of every policy that both evaluated. Where both met the
 * same problems the difference is paired (bootstrap over problems, BCa; McNemar, Holm over the whole table); else the
 * samples count as independent, and the interval is Newcombe's, of the two accuracies' intervals.
 *
 * @param paths the runs' folders, in the order of `runs`.
 */
export async function compareRuns(paths: readonly string[], runs: readonly RunData[]): Promise<RunComparison> {
  const outcomes = await Promise.all(paths.map((path, place) => runOutcomes(path, runs[place]?.results ?? null)));
  const rows = runs.map(({ results }) => results?.pooled ?? results?.rows ?? []);
  const [firstRows = [], ...otherRows] = rows;
  const [first, ...others] = outcomes as [RunOutcomes, ...RunOutcomes[]];
  const found = otherRows.flatMap((own, place) =>
    own.flatMap((row) => {
      const before = firstRows.find((each) => outcomeKey(each) === outcomeKey(row) && each.seed === row.seed);
      if (before === undefined) return [];
      const strata = pairedStrata(row, first, others[place] ?? new Map(), suitesWith(own, row));
      return [{ run: place + 1, ...(strata === null ? independent(before, row) : paired(before, row, strata)) }];
    }),
  );
  const tests = found.flatMap(({ pHolm }) => pHolm ?? []);
  const adjusted = holm(tests);
  let next = 0;
  const accuracies = found.map((each) => (each.pHolm === null ? each : { ...each, pHolm: adjusted[next++] ?? null }));
  return { settings: settingDifferences(runs.map(({ config }) => config)), accuracies };
}

type Difference = Omit<AccuracyDifference, 'run'>;

type Pairs = readonly (readonly [number, number])[];

/** Per suite of the row, what the later and the first run made of the problems that both met; `null` where a suite has none. */
function pairedStrata(
  row: ResultRow,
  before: RunOutcomes,
  after: RunOutcomes,
  suites: readonly string[],
): readonly Pairs[] | null {
  const strata = suites.map((suite) => {
    const [old, now] = [before, after].map(
      (run) => run.get(outcomeKey({ ...row, suite })) ?? new Map<string, number>(),
    );
    return [...(now ?? [])].flatMap(([problem, right]) => {
      const other = old?.get(problem);
      return other === undefined ? [] : [[right, other] as const];
    });
  });
  return strata.every(({ length }) => length > 0) && strata.length > 0 ? strata : null;
}

function suitesWith(rows: readonly ResultRow[], { suite, policy, follower }: ResultRow): string[] {
  if (suite !== allSuites) return [suite];
  const own = rows.filter((row) => row.policy === policy && row.follower === follower && row.suite !== allSuites);
  return own.map((row) => row.suite);
}

function paired(before: ResultRow, row: ResultRow, strata: readonly Pairs[]): Difference {
  const { suite, follower, policy } = row;
  const seed = seedOf(0, 'compare', suite, follower, policy);
  const { estimate, low, high } = pairedDifference(strata, { resamples, seed });
  const all = strata.flat();
  return {
    ...{ suite, follower, policy, before: before.accuracy, after: row.accuracy },
    ...{ difference: estimate, ciLow: low, ciHigh: high, paired: all.length, cohensH: cohensH(all).estimate },
    pHolm: mcnemarOfDifferences(all.map(([now, old]) => now - old)),
  };
}

function independent(before: ResultRow, row: ResultRow): Difference {
  const { suite, follower, policy } = row;
  const { estimate, low, high } = independentDifference(intervalOf(row), intervalOf(before));
  return {
    ...{ suite, follower, policy, before: before.accuracy, after: row.accuracy, difference: estimate },
    ...{ ciLow: low, ciHigh: high, paired: null, pHolm: null },
    cohensH: cohensH([[row.accuracy, before.accuracy]]).estimate,
  };
}

function intervalOf({ accuracy, ciLow, ciHigh }: ResultRow): Interval {
  return { estimate: accuracy, low: ciLow, high: ciHigh };
}
