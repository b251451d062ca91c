import { at } from '../at.js';
import type { Cell } from '../cell.js';
import { accuracyInterval } from '../statistics/accuracy.js';
import { meanOf, type Observation } from '../statistics/clustered-mean.js';
import { passAtK } from '../statistics/pass-at-k.js';
import { seedEffects } from '../statistics/seed-effects.js';
import { groupBy } from './groups.js';
import { allSuites, type ResultRow } from './schema.js';
import { problemsBySeed } from './seed-table.js';

/** One row per suite, follower, policy and seed, all tries together. */
export function rowsOf(cells: readonly Cell[], level?: number): ResultRow[] {
  const named = ({ suite, follower, policy, seed }: Cell) => JSON.stringify([suite, follower, policy, seed]);
  return [...groupBy(cells, named).values()].map((tries) => row([tries], at(tries, 0).suite, at(tries, 0).seed, level));
}

export interface PooledOptions {
  readonly level?: number;
  /** Suites that the mean over suites must have, so that all means are of the same; by default those that there are. */
  readonly suiteCount?: number;
}

/** One row per suite, follower and policy over all seeds, and one over suites where there are several. */
export function pooledRows(cells: readonly Cell[], { level, suiteCount }: PooledOptions): ResultRow[] {
  return [...groupBy(cells, ({ follower, policy }) => JSON.stringify([follower, policy])).values()].flatMap((group) => {
    const suites = [...groupBy(group, ({ suite }) => suite).values()];
    const rows = suites.map((suite) => row([suite], at(suite, 0).suite, 'all', level));
    return suites.length > 1 && suites.length === (suiteCount ?? suites.length)
      ? [...rows, row(suites, allSuites, 'all', level)]
      : rows;
  });
}

/** @param suites per suite, its cells of one follower and policy. */
function row(suites: readonly (readonly Cell[])[], suite: string, seed: number | 'all', level?: number): ResultRow {
  const { split, follower, followerParameters, trainedOn, policy } = at(at(suites, 0), 0);
  const outcomes = suites.map((cells) => cells.flatMap((cell) => cell.outcomes));
  const { estimate, low, high } = accuracyInterval(suites.map(correctness), level);
  const distinct = suites.map((cells) => new Set(correctness(cells).map(({ cluster }) => cluster)).size);
  return {
    ...{ suite, split, follower, followerParameters, trainedOn, policy, seed },
    n: outcomes.flat().length,
    accuracy: estimate,
    ciLow: low,
    ciHigh: high,
    tokensPerProblem: meanOf(outcomes.map((each) => meanOf(each.map(({ tokens }) => tokens)))),
    secondsPerProblem: meanOf(suites.map(secondsPerProblem)),
    problems: distinct.reduce((sum, count) => sum + count, 0),
    errors: outcomes.flat().filter(({ error }) => error !== null).length,
    ...passAt(suites, level),
    ...(seed === 'all' ? overSeeds(suites, level) : { cells: suites.flat().map(({ key }) => key) }),
  };
}

/**
 * Pass@k of the tries of one and the same planner, mean over seeds; nothing with one try, or where cells of some are missing.
 * Tries of planners that were trained with different seeds would be another quantity.
 */
function passAt(suites: readonly (readonly Cell[])[], level?: number): Pick<ResultRow, 'passAtK' | 'passAtKIntervals'> {
  const bySeed = suites.map((cells) => [...groupBy(cells, ({ seed }) => String(seed)).values()]);
  const tries = at(at(bySeed, 0), 0).length;
  if (tries < 2 || bySeed.flat().some((cells) => cells.length !== tries)) return {};
  const counts = bySeed.map((seeds) =>
    seeds.flatMap((cells) =>
      [...groupBy(correctness(cells), ({ cluster }) => cluster)].map(([cluster, own]) => ({
        cluster,
        correct: own.reduce((sum, { value }) => sum + value, 0),
      })),
    ),
  );
  const intervals = Array.from({ length: tries }, (_, index) =>
    accuracyInterval(
      counts.map((suite) =>
        suite.map(({ cluster, correct }) => ({ cluster, value: passAtK(tries, correct, index + 1) })),
      ),
      level,
    ),
  );
  return {
    passAtK: intervals.map(({ estimate }) => estimate),
    passAtKIntervals: intervals.map(({ low, high }) => ({ ciLow: low, ciHigh: high })),
  };
}

/** Nothing with one seed, or where the suites have not the same ones. */
function overSeeds(suites: readonly (readonly Cell[])[], level?: number): Pick<ResultRow, 'overSeeds'> {
  const strata = suites.map(problemsBySeed);
  if (strata.some((rows) => rows.length !== strata[0]?.length)) return {};
  const effects = seedEffects(strata, level);
  if (effects === null) return {};
  const { seeds, deviation, low, high } = effects;
  return { overSeeds: { seeds, deviation, ciLow: Math.max(0, low), ciHigh: Math.min(1, high) } };
}

function correctness(cells: readonly Cell[]): Observation[] {
  return cells.flatMap(({ outcomes }) =>
    outcomes.map(({ problem, correct }) => ({ cluster: problem, value: Number(correct) })),
  );
}

function secondsPerProblem(cells: readonly Cell[]): number {
  return meanOf(cells.map(({ seconds, outcomes }) => seconds / outcomes.length));
}
