import type { JournalRecord, Tracker } from '@rsim/core';
import { z } from 'zod';
import { metricRecord } from './metric-points.js';

/** What the tracker `console` takes. */
export const consoleOptionsSchema = z.strictObject({
  every: z.int().positive().default(1).describe('A line for every so many steps of a series.'),
  metrics: z
    .array(z.string().min(1))
    .default(['accuracy', 'loss'])
    .describe('Numbers to show, by path: `accuracy`, `update/gradientNorm`, `accuracyBySuite/word-problems`.'),
});

export type ConsoleOptions = z.output<typeof consoleOptionsSchema>;

/** Prints a line for each step, for logs that are read as text where a progress line says too little. */
export function consoleTracker(
  options: ConsoleOptions,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Tracker {
  return {
    name: 'console',
    follow: () => ({
      record: (record) => {
        const line = lineOf(record, options);
        if (line !== null) write(`${line}\n`);
      },
      close: async () => null,
    }),
  };
}

/** `2026-11-25T08:07:25.786Z real 12: accuracy 0.573`; the event alone where a record has no step. */
function lineOf(record: JournalRecord, { every, metrics }: ConsoleOptions): string | null {
  const numbers = metricRecord(record);
  if (numbers === null || numbers.step === 0) return `${record.time} ${record.event}`;
  const { points, series, step } = numbers;
  if (step % every !== 0) return null;
  const shown = metrics.flatMap((name) => {
    const point = points.find((candidate) => candidate.name === `${series}/${name}`);
    return point === undefined ? [] : [`${name} ${Number(point.value.toPrecision(4))}`];
  });
  return shown.length === 0 ? null : `${record.time} ${series} ${step}: ${shown.join(', ')}`;
}
