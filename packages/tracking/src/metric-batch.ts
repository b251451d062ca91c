import type { JournalRecord } from '@rsim/core';
import { readJournalFrom, type JournalCursor } from './journal-tail.js';
import { metricRecord, type MetricPoint, type MetricRecord } from './metric-points.js';

/** Where a reader of metric points stands. */
export interface MetricPosition {
  readonly cursor: JournalCursor;
  /** Highest step that it has had whole, by series. */
  readonly steps: Readonly<Record<string, number>>;
}

/** Some metric points of a journal, and where their reader stands once it has them. */
export interface MetricBatch extends MetricPosition {
  readonly points: readonly MetricPoint[];
}

/**
 * The next metric points of a run, as many as `limit`; `null` when the journal has nothing new. Steps that a resumed run
 * did again are left out: the first time counts.
 *
 * @param see What is taken of a record; all of it by default.
 */
export async function nextMetrics(
  run: string,
  { cursor, steps }: MetricPosition,
  limit: number,
  see: (record: JournalRecord) => JournalRecord = (record) => record,
): Promise<MetricBatch | null> {
  const records = await readJournalFrom(run, cursor.offset);
  if (records.length === 0) return null;
  const points: MetricPoint[] = [];
  let { offset, points: had } = cursor;
  const highest = { ...steps };
  for (const { record, next } of records) {
    const metrics = metricRecord(see(record));
    const left = metrics === null || isRepeated(metrics, highest) ? [] : metrics.points.slice(had);
    const taken = left.slice(0, limit - points.length);
    points.push(...taken);
    if (taken.length < left.length) return { points, cursor: { offset, points: had + taken.length }, steps: highest };
    if (metrics !== null) highest[metrics.series] = Math.max(metrics.step, highest[metrics.series] ?? -Infinity);
    [offset, had] = [next, 0];
  }
  return { points, cursor: { offset, points: 0 }, steps: highest };
}

function isRepeated({ series, step }: MetricRecord, highest: Readonly<Record<string, number>>): boolean {
  return step <= (highest[series] ?? -Infinity);
}
