import { loraTargets } from '@rsim/lm';
import { z } from 'zod';
import { networkPlannerOptions } from '../planner-options.js';

const loraSchema = z.strictObject({
  rank: z.int().min(1).default(8).describe('Inner width of the adapters.'),
  alpha: z.number().positive().default(16).describe('What the adapters add is scaled by alpha / rank.'),
  targets: z
    .array(z.enum(loraTargets))
    .min(1)
    .default(['q_proj', 'v_proj'])
    .describe("Projections that have adapters, by PEFT's names."),
});

/** Options of the transformer planner. */
export const transformerPlannerOptionsSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .default('nano')
    .describe(
      "The decoder: a shipped model's name, the path of a model's folder, or `hf://organisation/name[@revision]` of a Llama or " +
        'Qwen2 checkpoint.',
    ),
  weights: z
    .enum(['checkpoint', 'random'])
    .default('checkpoint')
    .describe("What the decoder starts from: the model's weights, or random ones of the same sizes."),
  lora: loraSchema.optional().describe('Learn low-rank adapters in place of the weights.'),
  contextLength: z
    .int()
    .min(16)
    .optional()
    .describe('Most tokens that are read of an episode; by default what the model can take.'),
  learningRateScale: z
    .number()
    .positive()
    .default(0.1)
    .describe("What learning rates are multiplied by: training's are set for a smaller network."),
  ...networkPlannerOptions,
});

export type TransformerPlannerOptions = z.output<typeof transformerPlannerOptionsSchema>;
export type TransformerPlannerInput = z.input<typeof transformerPlannerOptionsSchema>;
