import { z } from 'zod';

import { conversationOptionsSchema } from '../text/conversation-options.js';

/** Options of the `llama-cpp` follower. */
export const llamaCppOptionsSchema = conversationOptionsSchema.extend({
  model: z
    .string()
    .min(1)
    .describe(
      "Path of the GGUF file, relative to the configuration's, or `hf://organisation/name[@revision]/file.gguf`.",
    ),
  sequences: z
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('Conversations whose keys and values are in memory at once; those of others wait in temporary files.'),
  contextSize: z
    .int()
    .min(16)
    .optional()
    .describe("Tokens one conversation may have; by default the model's own context, at most 4096."),
  gpu: z.boolean().default(true).describe('Whether to use a GPU where there is one.'),
  gpuLayers: z.int().min(0).optional().describe('Layers on the GPU; by default as many as fit.'),
  threads: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Threads; llama.cpp decides by default. More than there are idle processors is many times slower.'),
  candidates: z
    .int()
    .min(1)
    .max(65_536)
    .default(1024)
    .describe('Most probable tokens that a token is drawn from; log-probabilities are of the whole vocabulary.'),
});

export type LlamaCppOptions = z.output<typeof llamaCppOptionsSchema>;
