import { accuracyMatrixSchema, matrixFile } from '@rsim/evaluation';
import { z } from 'zod';
import { continualTables } from './continual-tables.js';
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
  if (file.problem === 'missing') {
    const notices = isSequence(files)
      ? ['There is no continual.json: the planner was not tried on its tasks yet.']
      : [];
    return { continual: null, notices };
  }
  if (file.problem !== null) return { continual: null, notices: [`continual.json cannot be read: ${file.why}.`] };
  const parsed = matrixSchema.safeParse(file.json);
  if (!parsed.success) {
    return { continual: null, notices: ['continual.json is not of schema rsim.continual/1 and is left out.'] };
  }
  const { order, method, tasks, rows } = parsed.data;
  const accuracies = rows.map(({ accuracy }) => tasks.map((task) => accuracy[task] ?? null));
  const after = rows.map((row) => row.after);
  const [done, all] = [after.length - 1, order === 'joint' ? 1 : tasks.length];
  const notices = done < all ? [`The sequence is not finished: ${Math.max(0, done)} of ${all} tasks are done.`] : [];
  return { continual: { order, method, tasks, after, accuracies, tables: tablesOf(file.json as object) }, notices };
}

/** What was computed of a file's content: a run that is watched is read twice a second. */
const known = new WeakMap<object, ContinualMatrix['tables']>();

function tablesOf(json: object): ContinualMatrix['tables'] {
  const tables = known.get(json) ?? continualTables([json]);
  known.set(json, tables);
  return tables;
}

/** Whether the run is on one task after the other, so that the accuracy matrix is its evaluation. */
export function isSequence(files: RunFiles): boolean {
  const config = files.read('config.json').json as { readonly continual?: unknown } | null;
  return config?.continual !== undefined;
}
