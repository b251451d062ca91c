import { definePlugin, defineProvider } from '@rsim/core';
import type { Plugin, ProviderContext } from '@rsim/core';
import { transformerPlannerOptionsSchema } from './transformer-options.js';

/**
 * The planner over tokens.
 * @param folderOf Where a model lies that is named as followers name theirs.
 */
export function transformerPlugin(folderOf: (model: string, context: ProviderContext) => Promise<string>): Plugin {
  return definePlugin({
    name: '@rsim/planner/transformer',
    provides: {
      planners: {
        transformer: defineProvider({
          description: 'A Llama or Qwen2 decoder over tokens, trained whole or by LoRA on tfjs; for GPUs.',
          options: transformerPlannerOptionsSchema,
          // Loaded when used: it needs a tensor library, and most commands need none.
          create: async (options, context) => {
            const { openTransformerPlanner } = await import('./transformer-planner.js');
            const { strategySet, seed } = context;
            return openTransformerPlanner(strategySet, seed, await folderOf(options.model, context), options);
          },
        }),
      },
    },
  });
}
