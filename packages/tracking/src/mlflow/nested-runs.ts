import type { JournalRecord } from '@rsim/core';
import { recordOfSuite, type MetricPoint } from '../metric-points.js';
import { comparisonPoints, rowPoints, type RunResults } from '../results-points.js';

/** A run on the server that shows the run, or one aspect of it. */
export interface ServerRun {
  /** Its name in the state file; empty for the run itself. */
  readonly key: string;
  readonly title: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What it shows of a journal record; `null` where it shows nothing of the journal. */
  readonly see: ((record: JournalRecord) => JournalRecord) | null;
  readonly results: (results: RunResults, step: number) => MetricPoint[];
}

/** The run itself, with all there is. */
export function wholeRun(title: string): ServerRun {
  return {
    ...{ key: '', title, tags: {}, see: (record) => record },
    results: (results, step) => [
      ...rowPoints(results.pooled, results.time, step, true),
      ...comparisonPoints(results, step),
    ],
  };
}

/** Where a run has several suites, one nested run for each; where its results have several seeds, one for each of those. */
export function nestedRuns(suites: readonly string[], results: RunResults | null): ServerRun[] {
  const seeds = results === null || results.seeds.length < 2 ? [] : results.seeds;
  const tasks = suites.length < 2 ? [] : suites;
  return [
    ...tasks.map((suite): ServerRun => ({
      ...{ key: `task/${suite}`, title: suite, tags: { 'rsim.task': suite } },
      see: (record) => recordOfSuite(record, suite),
      results: ({ pooled, time }, step) =>
        rowPoints(
          pooled.filter((row) => row.suite === suite),
          ...([time, step, false] as const),
        ),
    })),
    ...seeds.map((seed): ServerRun => ({
      ...{ key: `seed/${seed}`, title: `seed ${seed}`, tags: { 'rsim.seed': String(seed) }, see: null },
      results: ({ rows, time }, step) =>
        rowPoints(
          rows.filter((row) => row.seed === seed),
          ...([time, step, true] as const),
        ),
    })),
  ];
}
