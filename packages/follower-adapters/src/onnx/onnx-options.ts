import { onnxDtypes } from '@rsim/hub';
import { z } from 'zod';

import { conversationOptionsSchema } from '../text/conversation-options.js';

/** What a configuration can say of a follower on onnxruntime. */
export const onnxOptionsSchema = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe("A model's folder, or `hf://organisation/name[@revision]` to download it from the hub."),
  dtype: z
    .enum(onnxDtypes)
    .default('fp32')
    .describe('Which variant of the model to use: `q4` means `onnx/model_q4.onnx`.'),
  file: z.string().min(1).optional().describe("The .onnx file within the model's folder, in place of `dtype`."),
  device: z
    .enum(['auto', 'cpu', 'webgpu', 'cuda'])
    .default('auto')
    .describe('What computes; `auto` is cuda where its binaries are installed, otherwise cpu.'),
  threads: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Threads that compute; by default all processors, but 1 for models of less than 100 MB.'),
  workers: z
    .int()
    .min(0)
    .max(64)
    .optional()
    .describe(
      'Worker threads, each with the whole model in memory; 0 runs in the calling thread. By default one for each ' +
        'processor for models of less than 100 MB, otherwise 1.',
    ),
  batch: z.int().min(1).max(1024).default(64).describe('Most conversations that are evaluated together.'),
  contextLength: z
    .int()
    .min(16)
    .optional()
    .describe("Most tokens of a conversation; by default what the model's config.json says."),
  topK: z.int().min(0).default(0).describe('Draw among this many most probable tokens only; 0 for all.'),
  topP: z.number().gt(0).max(1).default(1).describe('Draw among the fewest tokens with this much probability.'),
  ...conversationOptionsSchema.shape,
});

export type OnnxOptions = z.output<typeof onnxOptionsSchema>;
