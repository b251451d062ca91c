import { definePlugin, defineProvider, seedOf } from '@rsim/core';
import { z } from 'zod';
import { estimators } from './advantages/estimators.js';
import { Ewc, ewcOptionsSchema } from './continual/ewc.js';
import { Kl, klOptionsSchema } from './continual/kl.js';
import { naive } from './continual/naive.js';
import { Replay, replayOptionsSchema } from './continual/replay.js';
import { encoderPlannerOptionsSchema } from './encoder/encoder-options.js';
import { openEncoderPlanner } from './encoder/encoder-planner.js';
import { GruPlanner } from './gru-planner.js';
import { gruPlannerOptionsSchema } from './planner-options.js';

/** The planners and advantage estimators of this package, and what keeps planners from forgetting. */
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
      encoder: defineProvider({
        description: 'A frozen ONNX sentence encoder that you name, and a gated recurrent unit over its vectors.',
        options: encoderPlannerOptionsSchema,
        create: openEncoderPlanner,
      }),
    },
    continualMethods: {
      naive: defineProvider({
        description: 'Fine-tuning: nothing is done against forgetting.',
        options: z.strictObject({}),
        create: () => naive,
      }),
      replay: defineProvider({
        description: 'Experience replay: every update also learns from groups of earlier tasks.',
        options: replayOptionsSchema,
        create: (options, { strategySet, seed }) => new Replay(options, strategySet, seedOf(seed, 'replay')),
      }),
      kl: defineProvider({
        description: 'Stays near to what the planner said when earlier tasks were done.',
        options: klOptionsSchema,
        create: (options, { seed }) => new Kl(options, seedOf(seed, 'kl')),
      }),
      ewc: defineProvider({
        description: 'Elastic weight consolidation: holds the weights that earlier tasks need.',
        options: ewcOptionsSchema,
        create: (options, { seed }) => new Ewc(options, seedOf(seed, 'ewc')),
      }),
    },
  },
});
