import { z } from 'zod';

/** How one planner learns several tasks one after the other, and is tried on all of them after each. */
export const continualSchema = z.strictObject({
  order: z
    .enum(['sequential', 'curriculum', 'joint'])
    .default('sequential')
    .describe(
      'Which tasks are trained on: `sequential`, one after the other; `curriculum`, each joined to those before it; ' +
        '`joint`, all at once for as many iterations as the others take together.',
    ),
  methods: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('Name of a continual-learning method, e.g. `replay`.'),
        options: z.record(z.string(), z.unknown()).default({}).describe('Options of this method.'),
      }),
    )
    .default([])
    .describe('What is done against forgetting, all of it together; nothing is fine-tuning.'),
  split: z.enum(['validation', 'test']).default('test').describe('Split that the accuracy matrix is measured on.'),
  problems: z.int().positive().default(200).describe('Problems of each task for every cell of the matrix.'),
  problemSeed: z
    .int()
    .nonnegative()
    .default(1)
    .describe('Names the stream these problems are drawn from: the same for every seed, method and cell.'),
});
