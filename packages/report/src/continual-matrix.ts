import { z } from 'zod';
import type { ContinualMatrix } from './report-data.js';
import type { RunFiles } from './run-files.js';

const matrixSchema = z.object({
  schema: z.literal('rsim.continual/1'),
  order: z.string(),
  method: z.string(),
  tasks: z.array(z.string()).min(1),
  rows: z.array(z.object({ after: z.string().nullable(), accuracy: z.record(z.string(), z.number()) })),
});

/** The accuracy matrix of a run that was trained on one task after the other, and what is to be said about it. */
export function continualOf(files: RunFiles): {
  readonly continual: ContinualMatrix | null;
  readonly notices: readonly string[];
} {
  const file = files.read('continual.json');
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
