import { resolve } from 'node:path';
import { definePlugin, defineProvider } from '@rsim/core';
import { z } from 'zod';

import { httpOptionsSchema } from './http/http-options.js';
import { llamaCppOptionsSchema } from './llama-cpp/llama-cpp-options.js';
import { onnxOptionsSchema } from './onnx/onnx-options.js';
import { tfjsOptionsSchema } from './tfjs/tfjs-options.js';

const embeddedOptions = z.strictObject({
  model: z.string().min(1).default('nano').describe("A shipped model's name, or the path of a model's folder."),
  workers: z.int().min(0).max(64).optional().describe('Worker threads; one per processor by default.'),
});

/** A relative path starts at the configuration; a name stays a name. */
const placed = (model: string, configDirectory: string): string =>
  model.startsWith('.') ? resolve(configDirectory, model) : model;

/** The followers of this package, by name. */
export const followersPlugin = definePlugin({
  name: '@rsim/follower-adapters',
  provides: {
    followers: {
      embedded: defineProvider({
        description: 'A small language model shipped with rsim, run in this process on onnxruntime.',
        options: embeddedOptions,
        // Loaded when used: onnxruntime takes a while, and most commands need none of it.
        create: async ({ model, workers }, { configDirectory }) => {
          const { openEmbeddedFollower } = await import('./embedded/open-embedded-follower.js');
          return openEmbeddedFollower(placed(model, configDirectory), { workers });
        },
      }),
      http: defineProvider({
        description:
          'A language model behind an OpenAI-compatible server: vLLM, llama-server, Ollama, LM Studio, OpenAI.',
        options: httpOptionsSchema,
        create: async (options, { configDirectory, onWaiting }) => {
          const { openHttpFollower } = await import('./http/open-http-follower.js');
          return openHttpFollower(options, configDirectory, onWaiting);
        },
      }),
      'llama-cpp': defineProvider({
        description: 'A GGUF model in this process, run by llama.cpp; needs the package node-llama-cpp.',
        options: llamaCppOptionsSchema,
        create: async (options, { configDirectory, onDownload }) => {
          const { openLlamaCppFollower } = await import('./llama-cpp/open-llama-cpp-follower.js');
          return openLlamaCppFollower(options, configDirectory, undefined, { onProgress: onDownload });
        },
      }),
      onnx: defineProvider({
        description:
          'Any language model exported to ONNX with its cache, from a folder or the hub, run on onnxruntime.',
        options: onnxOptionsSchema,
        create: async (options, { configDirectory, onDownload }) => {
          const { OnnxFollower } = await import('./onnx/onnx-follower.js');
          return OnnxFollower.create(options, configDirectory, { onProgress: onDownload });
        },
      }),
      tfjs: defineProvider({
        description:
          'A follower that can be trained, an embedded one or a Llama or Qwen2 checkpoint: updates on TensorFlow.js, steps on onnxruntime.',
        options: tfjsOptionsSchema,
        create: async (options, context) => {
          const { openTfjsFollower } = await import('./tfjs/open-tfjs-follower.js');
          return openTfjsFollower(options, context);
        },
      }),
    },
  },
});
