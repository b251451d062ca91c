import { accuracyMatrixSchema, matrixFile } from '@rsim/evaluation';
import { z } from 'zod';
import type { ContinualMatrix } from './report-data.js';
import type { RunFiles } from './run-files.js';

/** What the page shows of it. */
const matrixSchema = accuracyMatrixSchema
  .pick({ schema: true, order: true, method: true, tasks: true })
  .extend({ rows: z.array(accuracyMatrixSchema.shape.rows.element.pick({ after: true, accuracy: true })) });

/** The accuracy matrix of a run that was trained on one task after the other, and what is to be said about it. */
export function continualOf(files: RunFiles): {
  readonly continual: ContinualMatrix | null;
  readonly notices: readonly string[];
} {
  const file = files.read(matrixFile);
  if (file.problem === 'missing') return { continual: null, notices: [] };
  if (file.problem !== null) return { continual: null, notices: [`continual.json cannot be read: ${file.why}.`] };
  const parsed = matrixSchema.safeParse(file.json);
  if (!parsed.success) {
    return { continual: null, notices: ['continual.json is not of schema rsim.continual/1 and is left out.'] };
  }
  const { order, method, tasks, rows } = parsed.data;
  const accuracies = rows.map(({ accuracy }) => tasks.map((task) => accuracy[task] ?? null));
  return { continual: { order, method, tasks, after: rows.map(({ after }) => after), accuracies }, notices: [] };
}
