import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CellFolder, type Cell, type ResultRow, type Results } from '@rsim/evaluation';

/** For suite, follower and policy ({@link outcomeKey}): by problem, the share of seeds and tries that got it right. */
export type RunOutcomes = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function outcomeKey(names: Pick<Cell, 'suite' | 'follower' | 'policy'>): string {
  return JSON.stringify([names.suite, names.follower, names.policy]);
}

/** The outcomes behind a run's results, problem by problem, from those of its cells that the results were made of. */
export async function runOutcomes(path: string, results: Results | null): Promise<RunOutcomes> {
  const folder = join(path, 'cells');
  const names = results === null ? [] : await readdir(folder).catch(() => []);
  const rows = new Map((results?.rows ?? []).map((row) => [rowKey(row, row.seed), row]));
  const store = new CellFolder(folder);
  const right = new Map<string, Map<string, number[]>>();
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const cell = await store.read(name.slice(0, -'.json'.length));
    const row = cell === null ? undefined : rows.get(rowKey(cell, cell.seed));
    if (cell === null || row === undefined || !isOf(row, cell)) continue;
    const problems = right.get(outcomeKey(cell)) ?? new Map<string, number[]>();
    right.set(outcomeKey(cell), problems);
    for (const { problem, correct } of cell.outcomes) {
      problems.set(problem, [...(problems.get(problem) ?? []), Number(correct)]);
    }
  }
  return new Map(
    [...right].map(([key, problems]) => [key, new Map([...problems].map(([at, all]) => [at, mean(all)]))]),
  );
}

/** Cells of other settings stay in the folder. Rows from before they named their cells are told by the time that these took. */
function isOf({ cells, secondsPerProblem }: ResultRow, { key, seconds, outcomes }: Cell): boolean {
  return cells === undefined ? secondsPerProblem === seconds / outcomes.length : cells.includes(key);
}

function rowKey(names: Pick<Cell, 'suite' | 'follower' | 'policy'>, seed: number | string): string {
  return `${outcomeKey(names)} ${seed}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
