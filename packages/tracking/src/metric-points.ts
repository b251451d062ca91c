import type { JournalRecord } from '@rsim/core';

/** One number of a run at one step. */
export interface MetricPoint {
  /** E.g. `real/accuracyBySuite/word-problems`. */
  readonly name: string;
  readonly value: number;
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The numbers of one journal record. */
export interface MetricRecord {
  /** What its step counts within, e.g. `real`: steps only grow there, except where a resumed run does some again. */
  readonly series: string;
  readonly step: number;
  readonly points: readonly MetricPoint[];
}

/** Fields that number the records of a series, the first that is there. */
const stepFields = ['iteration', 'epoch', 'step'] as const;

/** A text that names something, not one that tells something. */
const namelike = /^[\w.:/-]{1,80}$/;

/**
 * The metric points of a journal record: every number in it, named by its path, behind the record's texts (`stage`) or,
 * where it has none, its event. A record without a step is step 0. `null` where there is no number; lists are left out.
 */
export function metricRecord({ time, event, ...fields }: JournalRecord): MetricRecord | null {
  const texts = Object.values(fields).filter((value) => typeof value === 'string' && namelike.test(value));
  const series = texts.length === 0 ? event : texts.join('/');
  const counter = stepFields.find((field) => Number.isSafeInteger(fields[field]));
  const step = counter === undefined ? 0 : (fields[counter] as number);
  const numbers = Object.entries(fields).filter(([name]) => name !== counter);
  const at = Date.parse(time);
  const points = numbers.flatMap(([name, value]) =>
    leaves(`${series}/${name}`, value).map((leaf) => ({ ...leaf, step, time: at })),
  );
  return points.length === 0 ? null : { series, step, points };
}

/**
 * What a journal record says of one suite, as a record of its own: its fields by suite (`accuracyBySuite`) without the
 * others' numbers, under their plain names (`accuracy`).
 */
export function recordOfSuite(record: JournalRecord, suite: string): JournalRecord {
  const fields = Object.entries(record).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value === 'string' || stepFields.some((field) => field === name)) return [[name, value]];
    if (!name.endsWith(bySuite) || typeof value !== 'object' || value === null) return [];
    return [[name.slice(0, -bySuite.length), (value as Record<string, unknown>)[suite]]];
  });
  return Object.fromEntries(fields) as JournalRecord;
}

const bySuite = 'BySuite';

function leaves(name: string, value: unknown): { name: string; value: number }[] {
  if (typeof value === 'number' && Number.isFinite(value)) return [{ name, value }];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(`${name}/${key}`, inner));
}
