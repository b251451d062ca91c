import { at } from '../at.js';
import type { Cell } from '../cell.js';
import { accuracyInterval } from '../statistics/accuracy.js';
import { meanOf, type Observation } from '../statistics/clustered-mean.js';
import { passAtK } from '../statistics/pass-at-k.js';
import { groupBy } from './groups.js';
import { allSuites, type ResultRow } from './schema.js';

/** One row per cell. */
export function rowsOf(cells: readonly Cell[], level?: number): ResultRow[] {
  return cells.map((cell) => row([[cell]], cell.suite, cell.seed, level));
}

/** One row per suite, follower and policy over all seeds, and one over suites where there are several. */
export function pooledRows(cells: readonly Cell[], level?: number): ResultRow[] {
  return [...groupBy(cells, ({ follower, policy }) => JSON.stringify([follower, policy])).values()].flatMap((group) => {
    const suites = [...groupBy(group, ({ suite }) => suite).values()];
    const rows = suites.map((suite) => row([suite], at(suite, 0).suite, 'all', level));
    return suites.length > 1 ? [...rows, row(suites, allSuites, 'all', level)] : rows;
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
    ...(seed === 'all' ? samplesOf(suites) : {}),
  };
}

/** Pass@k with every seed as a sample; nothing with one seed, or where cells of some are missing. */
function samplesOf(suites: readonly (readonly Cell[])[]): Pick<ResultRow, 'passAtK'> {
  const samples = at(suites, 0).length;
  if (samples < 2 || suites.some((cells) => cells.length !== samples)) return {};
  const correct = suites.map((cells) =>
    [...groupBy(correctness(cells), ({ cluster }) => cluster).values()].map((own) =>
      own.reduce((sum, { value }) => sum + value, 0),
    ),
  );
  const means = (k: number) => correct.map((counts) => meanOf(counts.map((count) => passAtK(samples, count, k))));
  return { passAtK: Array.from({ length: samples }, (_, index) => meanOf(means(index + 1))) };
}

function correctness(cells: readonly Cell[]): Observation[] {
  return cells.flatMap(({ outcomes }) =>
    outcomes.map(({ problem, correct }) => ({ cluster: problem, value: Number(correct) })),
  );
}

function secondsPerProblem(cells: readonly Cell[]): number {
  return meanOf(cells.map(({ seconds, outcomes }) => seconds / outcomes.length));
}
