import { defineProvider } from '@rsim/core';
import { z } from 'zod';
import { drGrpo } from './dr-grpo.js';
import { gae, gaeOptionsSchema } from './gae.js';
import { gdpo } from './gdpo.js';
import { grpo } from './grpo.js';
import { reinforcePlusPlus, reinforcePlusPlusOptionsSchema } from './reinforce-plus-plus.js';
import { rloo } from './rloo.js';

const noOptions = z.strictObject({});

/** The advantage estimators of this package, by the names that a configuration gives. */
export const estimators = {
  grpo: defineProvider({
    description: "Reward less its group's mean, over the group's deviation (arXiv 2402.03300).",
    options: noOptions,
    create: () => grpo,
  }),
  rloo: defineProvider({
    description: "Reward less the mean of its group's others (arXiv 2402.14740).",
    options: noOptions,
    create: () => rloo,
  }),
  'dr-grpo': defineProvider({
    description: "Reward less its group's mean, undivided (arXiv 2503.20783).",
    options: noOptions,
    create: () => drGrpo,
  }),
  'reinforce++': defineProvider({
    description: 'Reward normalised over the whole batch (arXiv 2501.03262).',
    options: reinforcePlusPlusOptionsSchema,
    create: reinforcePlusPlus,
  }),
  gdpo: defineProvider({
    description: 'Each reward normalised within its group, then their weighted sum over the batch (arXiv 2601.05242).',
    options: noOptions,
    create: () => gdpo,
  }),
  gae: defineProvider({
    description: "Each decision by the leader's own value estimates (arXiv 1506.02438); needs planner.options.value.",
    options: gaeOptionsSchema,
    create: gae,
  }),
};
