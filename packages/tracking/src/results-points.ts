import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MetricPoint } from './metric-points.js';

const rowSchema = z.looseObject({
  suite: z.string(),
  split: z.string(),
  follower: z.string(),
  policy: z.string(),
  seed: z.union([z.number(), z.string()]),
  accuracy: z.number(),
});
const comparisonSchema = z.looseObject({
  suite: z.string(),
  follower: z.string(),
  policy: z.string(),
  baseline: z.string(),
  baselineFollower: z.string().optional(),
});
const resultsSchema = z.looseObject({
  rows: z.array(rowSchema),
  pooled: z.array(rowSchema).default([]),
  comparisons: z.array(comparisonSchema).default([]),
});

type Row = z.output<typeof rowSchema>;

/** The results of a run, as far as a tracker reads them. */
export interface RunResults {
  /** SHA-256 of the file. */
  readonly digest: string;
  /** When it was written, milliseconds since 1970. */
  readonly time: number;
  readonly suites: readonly string[];
  readonly seeds: readonly (number | string)[];
  /** All seeds together; with the mean over suites, suite `all`. */
  readonly pooled: readonly Row[];
  /** Seed by seed. */
  readonly rows: readonly Row[];
  readonly comparisons: readonly z.output<typeof comparisonSchema>[];
}

/** What a row and a comparison say in numbers. */
const measures = {
  row: ['accuracy', 'ciLow', 'ciHigh', 'tokensPerProblem'],
  comparison: ['difference', 'ciLow', 'ciHigh', 'pHolm'],
} as const;

/** The results in a run folder; `null` where there are none, or none that can be read. */
export function readRunResults(run: string): RunResults | null {
  try {
    const path = join(run, 'results.json');
    const text = readFileSync(path, 'utf8');
    const { comparisons, pooled, rows } = resultsSchema.parse(JSON.parse(text));
    return {
      digest: createHash('sha256').update(text).digest('hex'),
      time: Math.round(statSync(path).mtimeMs),
      suites: [...new Set(rows.map(({ suite }) => suite))],
      seeds: [...new Set(rows.map(({ seed }) => seed))],
      ...{ rows, comparisons, pooled: pooled.length === 0 ? rows : pooled },
    };
  } catch {
    return null;
  }
}

/** Rows as metric points: `test/nano/planner/word-problems/accuracy`, without the suite where it goes without saying. */
export function rowPoints(rows: readonly Row[], time: number, step: number, withSuite: boolean): MetricPoint[] {
  return rows.flatMap((row) => {
    const names = [row.split, row.follower, row.policy, ...(withSuite ? [row.suite] : [])];
    return numbers(names.join('/'), row, measures.row).map((point) => ({ ...point, time, step }));
  });
}

/** Comparisons as metric points: `comparison/word-problems/nano/planner-alone/difference`. */
export function comparisonPoints({ comparisons, time }: RunResults, step: number): MetricPoint[] {
  return comparisons.flatMap((comparison) => {
    const { suite, follower, policy, baseline, baselineFollower } = comparison;
    const pair = [policy, baseline, ...(baselineFollower === undefined ? [] : [baselineFollower])].join('-');
    const name = ['comparison', suite, follower, pair].join('/');
    return numbers(name, comparison, measures.comparison).map((point) => ({ ...point, time, step }));
  });
}

function numbers(name: string, values: Readonly<Record<string, unknown>>, wanted: readonly string[]) {
  return wanted.flatMap((measure) => {
    const value = values[measure];
    return typeof value === 'number' && Number.isFinite(value) ? [{ name: `${name}/${measure}`, value }] : [];
  });
}
