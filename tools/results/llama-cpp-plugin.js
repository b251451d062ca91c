import { definePlugin, defineProvider } from '@rsim/core';
import { llamaCppOptionsSchema, openLlamaCppFollower } from '@rsim/follower-adapters';

/** The follower `llama-cpp` over a node-llama-cpp that is installed elsewhere: RSIM_LLAMA_LIBRARY is the path of its entry. */
export default definePlugin({
  name: '@rsim/results-llama-cpp',
  provides: {
    followers: {
      'llama-cpp-elsewhere': defineProvider({
        description: 'llama-cpp over the library that RSIM_LLAMA_LIBRARY names.',
        options: llamaCppOptionsSchema,
        create: (options, { configDirectory }) =>
          openLlamaCppFollower(
            options,
            configDirectory,
            () => import(process.env.RSIM_LLAMA_LIBRARY ?? 'node-llama-cpp'),
          ),
      }),
    },
  },
});
