import { backendChoices } from '@rsim/lm/backends';
import { z } from 'zod';

import { conversationOptionsSchema } from '../text/conversation-options.js';

const loraSchema = z.strictObject({
  rank: z.int().min(1).default(8).describe('Inner width of the adapters.'),
  alpha: z.number().positive().default(16).describe('What the adapters add is scaled by alpha / rank.'),
  targets: z
    .array(z.string())
    .default(['q_proj', 'v_proj'])
    .describe(
      "Projections that have adapters, by PEFT's names: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj.",
    ),
  adapter: z
    .string()
    .min(1)
    .optional()
    .describe('A folder that PEFT wrote: where learning starts; its rank, alpha and targets count.'),
});

/** What a configuration can say of a follower that learns. */
export const tfjsOptionsSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .default('nano')
    .describe(
      "A shipped model's name, the path of a model's folder, or `hf://organisation/name[@revision]` of a Llama or Qwen2 checkpoint.",
    ),
  workers: z
    .int()
    .min(0)
    .max(64)
    .optional()
    .describe('Worker threads that write steps; one per processor by default, one for a published checkpoint.'),
  backend: z
    .enum(backendChoices)
    .default('wasm')
    .describe('tfjs backend that learning runs on, `auto`: the fastest that works.'),
  learnerThread: z
    .boolean()
    .default(true)
    .describe('Whether learning has a thread of its own; the numbers are the same.'),
  lora: loraSchema.optional().describe('Learn low-rank adapters in place of the weights.'),
  contextLength: z
    .int()
    .min(16)
    .optional()
    .describe('Most tokens of a conversation with a published checkpoint; by default what its config.json says.'),
  ...conversationOptionsSchema.shape,
});

export type TfjsOptions = z.output<typeof tfjsOptionsSchema>;
export type LoraChoice = z.output<typeof loraSchema>;
