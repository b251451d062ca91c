import type { JournalRecord } from '@rsim/core';
import type { Point } from './report-data.js';

/** Fields that say where a record stands and not what was measured. */
const positions = new Set(['iteration', 'iterations', 'epoch', 'epochs']);

/** The numbers of a journal's entry about an iteration or an epoch; `null` for every other entry. */
export function pointOf(record: JournalRecord): Point | null {
  const iteration = record['iteration'] ?? record['epoch'];
  if (typeof iteration !== 'number') return null;
  const stage = typeof record['stage'] === 'string' ? record['stage'] : record.event;
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(record)) if (!positions.has(name)) collect(value, name, values);
  return { stage, iteration, values };
}

/** Each iteration of each stage once, the later one: a run that was killed does again what was not yet checkpointed. */
export function latest(points: readonly Point[]): Point[] {
  return [...new Map(points.map((point) => [`${point.stage} ${point.iteration}`, point])).values()];
}

function collect(value: unknown, path: string, into: Record<string, number>): void {
  if (typeof value === 'number' && Number.isFinite(value)) into[path] = Number(value.toPrecision(6));
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) collect(inner, `${path}.${name}`, into);
  }
}
