import { z } from 'zod';

const bits = z.string().regex(/^[01]+$/);

/**
 * What one run measured: after each step of a sequence, the accuracy on every task. `rows[0]` is the untrained planner.
 */
export const accuracyMatrixSchema = z.object({
  schema: z.literal('rsim.continual/1'),
  /** `sequential`, `curriculum` or `joint`. */
  order: z.string(),
  /** What was done against forgetting, e.g. `replay+kl`; `naive` for nothing. */
  method: z.string(),
  seed: z.number(),
  follower: z.string(),
  split: z.enum(['validation', 'test']),
  /** Names of the tasks, in the order of training: the columns. */
  tasks: z.array(z.string()).min(1),
  /** Keys of the problems of each task, in the order of the outcomes. */
  problems: z.record(z.string(), z.array(z.string())),
  rows: z.array(
    z.object({
      /** The step that was just done, by its name; `null` before the first. */
      after: z.string().nullable(),
      /** For each task one digit per problem: 1 right, 0 wrong or failed. */
      outcomes: z.record(z.string(), bits),
      accuracy: z.record(z.string(), z.number().min(0).max(1)),
    }),
  ),
});

export type AccuracyMatrix = z.infer<typeof accuracyMatrixSchema>;

/** Accuracies R[i][j], [steps + 1, tasks]: on task j after i steps, row 0 untrained. */
export type Accuracies = readonly (readonly number[])[];

export function accuraciesOf({ tasks, rows }: AccuracyMatrix): Accuracies {
  return rows.map(({ accuracy }) => tasks.map((task) => accuracy[task] ?? NaN));
}
