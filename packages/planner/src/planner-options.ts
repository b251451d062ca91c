import { z } from 'zod';
import { backendChoices } from '@rsim/lm/backends';

/** Options that all planners with a network share. */
export const networkPlannerOptions = {
  value: z
    .boolean()
    .default(false)
    .describe('Estimates the reward to come beside the scores: what the advantage estimator `gae` needs.'),
  forbidden: z
    .array(z.string())
    .default([])
    .describe('Ids of strategies that are never chosen, for ablations; the terminal one cannot be among them.'),
  backend: z
    .enum(backendChoices)
    .default('wasm')
    .describe('tfjs backend that learning runs on, `auto`: the fastest that works; `gru` decides without one.'),
  worker: z.boolean().default(true).describe('Whether learning has a thread of its own; the numbers are the same.'),
};

/** Options of the GRU planner. */
export const gruPlannerOptionsSchema = z.strictObject({
  buckets: z.int().min(16).default(4096).describe('Buckets that n-grams of the text are hashed into.'),
  embedding: z.int().min(1).default(32).describe('Width of the embedding of one sentence or step.'),
  hidden: z.int().min(1).default(64).describe('Width of the recurrent state.'),
  ...networkPlannerOptions,
});

export type GruPlannerOptions = z.infer<typeof gruPlannerOptionsSchema>;
export type GruPlannerInput = z.input<typeof gruPlannerOptionsSchema>;
