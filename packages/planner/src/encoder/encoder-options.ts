import { onnxDtypes } from '@rsim/hub';
import { z } from 'zod';
import { gruPlannerOptionsSchema } from '../planner-options.js';
import { poolings } from './pooling.js';

/** Options of the planner over frozen vectors. */
export const encoderPlannerOptionsSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe("The encoder's folder, or `hf://organisation/name[@revision]` to download it from the hub."),
  dtype: z
    .enum(onnxDtypes)
    .default('fp32')
    .describe('Which variant of the encoder to use: `q8` means `onnx/model_quantized.onnx`.'),
  file: z.string().min(1).optional().describe("The .onnx file within the encoder's folder, in place of `dtype`."),
  pooling: z
    .enum(poolings)
    .optional()
    .describe("How tokens become one vector; by default as the folder's 1_Pooling/config.json says, otherwise `mean`."),
  normalise: z.boolean().default(true).describe('Whether vectors are brought to length 1.'),
  prefix: z.string().default('').describe('Text put before every other, as some encoders want it: `query: `.'),
  maxTokens: z.int().min(4).optional().describe('Most tokens of a text that are read; no more than the encoder can.'),
  threads: z.int().min(1).max(256).default(1).describe('Threads that the encoder computes with.'),
  remembered: z.int().min(1).default(20_000).describe('Texts whose vectors are kept in memory.'),
  ...gruPlannerOptionsSchema.omit({ buckets: true }).shape,
});

export type EncoderPlannerOptions = z.infer<typeof encoderPlannerOptionsSchema>;
export type EncoderPlannerInput = z.input<typeof encoderPlannerOptionsSchema>;
