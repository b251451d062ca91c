import { definePlugin, defineProvider } from '@rsim/core';
import { estimators } from './advantages/estimators.js';
import { GruPlanner } from './gru-planner.js';
import { gruPlannerOptionsSchema } from './planner-options.js';

/** The planners and advantage estimators of this package. */
export const plannersPlugin = definePlugin({
  name: '@rsim/planner',
  provides: {
    estimators,
    planners: {
      gru: defineProvider({
        description: 'Hashed n-grams of the text and a gated recurrent unit, 150 000 weights; learns on tfjs.',
        options: gruPlannerOptionsSchema,
        create: (options, { strategySet, seed }) => new GruPlanner(strategySet, seed, options),
      }),
    },
  },
});
