import { definePlugin, defineProvider } from '@rsim/core';
import { consoleOptionsSchema, consoleTracker } from './console-tracker.js';
import { jsonlOptionsSchema, jsonlTracker } from './jsonl-tracker.js';
import { mlflowOptionsSchema } from './mlflow/mlflow-options.js';

/** The trackers of this package, by name. The journal is no choice: every run has it. */
export const trackersPlugin = definePlugin({
  name: '@rsim/tracking',
  provides: {
    trackers: {
      mlflow: defineProvider({
        description: 'An MLflow tracking server, 2.x or 3.x.',
        options: mlflowOptionsSchema,
        create: async (options) => {
          const { MlflowTracker } = await import('./mlflow/mlflow-tracker.js');
          return new MlflowTracker(options);
        },
      }),
      console: defineProvider({
        description: 'A line on stderr for each step.',
        options: consoleOptionsSchema,
        create: (options) => consoleTracker(options),
      }),
      jsonl: defineProvider({
        description: 'A file of JSON lines in the run folder, for Weights & Biases, TensorBoard and others to convert.',
        options: jsonlOptionsSchema,
        create: () => jsonlTracker,
      }),
    },
  },
});
