import { definePlugin, defineProvider } from '@rsim/core';
import { z } from 'zod';

const embeddedOptions = z.strictObject({
  model: z.string().min(1).default('nano').describe("A shipped model's name, or the path of a model's folder."),
  workers: z.int().min(0).max(64).optional().describe('Worker threads; one per processor by default.'),
});

/** The followers of this package, by name. */
export const followersPlugin = definePlugin({
  name: '@rsim/follower-adapters',
  provides: {
    followers: {
      embedded: defineProvider({
        description: 'A small language model shipped with rsim, run in this process on onnxruntime.',
        options: embeddedOptions,
        // Loaded when used: onnxruntime takes a while, and most commands need none of it.
        create: async ({ model, workers }) => {
          const { openEmbeddedFollower } = await import('./embedded/open-embedded-follower.js');
          return openEmbeddedFollower(model, { workers });
        },
      }),
      tfjs: defineProvider({
        description: 'An embedded follower that can be trained: updates on TensorFlow.js, steps on onnxruntime.',
        options: embeddedOptions,
        create: async ({ model, workers }) => {
          const { loadEmbeddedModel } = await import('./embedded/embedded-model.js');
          const { TfjsFollower } = await import('./tfjs/tfjs-follower.js');
          return TfjsFollower.create(await loadEmbeddedModel(model), { workers });
        },
      }),
    },
  },
});
