import { ConfigError } from '@rsim/core';
import type { ResultRow } from '@rsim/evaluation';
import { flatten } from '@rsim/tracking';
import { columns } from '../columns.js';
import type { CommonOptions } from '../request.js';
import { readRun, type ReadRun } from '../run-summary.js';

/** A value that is not the same in all runs; `null` in a run that lacks it. */
interface Difference {
  readonly field: string;
  readonly values: readonly (string | null)[];
}

/** What runs measured of the same thing; `null` in a run that did not. */
interface Measured {
  readonly suite: string;
  readonly follower: string;
  readonly policy: string;
  readonly runs: readonly (Pick<ResultRow, 'accuracy' | 'ciLow' | 'ciHigh' | 'n'> | null)[];
}

/** What differs between the configurations of runs, and their results side by side. */
export async function runsCompare({ json }: CommonOptions, paths: readonly string[]): Promise<void> {
  if (paths.length < 2) {
    throw new ConfigError('one run has nothing to be compared with', { remedy: 'Name two run folders or more.' });
  }
  const runs: ReadRun[] = [];
  for (const path of paths) runs.push(await readRun(path));
  const [differences, results] = [differencesOf(runs), measuredOf(runs)];
  if (json) {
    console.log(JSON.stringify({ runs: runs.map(({ summary }) => summary), differences, results }, null, 2));
    return;
  }
  const table = differences.map(({ field, values }) => [field, ...values.map((value) => value ?? '-')]);
  console.log(columns([['', ...paths], ['state', ...runs.map(({ summary }) => summary.state)], ...table]));
  if (differences.length === 0) console.log('the configurations do not differ');
  if (results.length === 0) console.log('\nno results to compare');
  else console.log(`\n${columns([['accuracy', '', '', ...paths], ...results.map(cells)])}`);
}

function differencesOf(runs: readonly ReadRun[]): Difference[] {
  const flat = runs.map(({ config }) => new Map(flatten(config === null ? {} : { ...config, output: undefined })));
  const fields = [...new Set(flat.flatMap((values) => [...values.keys()]))];
  return fields
    .map((field) => ({ field, values: flat.map((values) => values.get(field) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function measuredOf(runs: readonly ReadRun[]): Measured[] {
  const rows = runs.map(
    ({ results }) => new Map((results?.pooled ?? results?.rows ?? []).map((row) => [nameOf(row), row])),
  );
  const first = new Map(rows.flatMap((measured) => [...measured]));
  return [...first].map(([name, { suite, follower, policy }]) => ({
    ...{ suite, follower, policy },
    runs: rows.map((measured) => {
      const row = measured.get(name);
      return row === undefined ? null : { accuracy: row.accuracy, ciLow: row.ciLow, ciHigh: row.ciHigh, n: row.n };
    }),
  }));
}

function nameOf({ follower, policy, suite }: ResultRow): string {
  return JSON.stringify([follower, suite, policy]);
}

function cells({ follower, policy, runs, suite }: Measured): string[] {
  const shown = runs.map((row) =>
    row === null ? '-' : `${row.accuracy.toFixed(3)} [${row.ciLow.toFixed(3)}, ${row.ciHigh.toFixed(3)}]`,
  );
  return [follower, suite, policy, ...shown];
}
