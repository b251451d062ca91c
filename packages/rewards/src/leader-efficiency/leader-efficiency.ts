import { z } from 'zod';
import { defineReward } from '../define-reward.js';

/** Few steps to a right answer; a wrong answer gains nothing by being short. Our choice. */
export const leaderEfficiency = defineReward({
  name: 'leader-efficiency',
  role: 'leader',
  weight: 0.1,
  description: "The verdict's score times the share of `steps` that were not needed, from 0 to 1.",
  options: z.strictObject({
    steps: z.int().min(2).default(16).describe('An episode of so many steps, or more, scores 0; one of one step 1.'),
  }),
  score: ({ planner, verdict, steps }, { steps: most }) => {
    const score = verdict?.score ?? null;
    if (planner === null || score === null || steps.length === 0) return null;
    return score * Math.max(0, 1 - (steps.length - 1) / (most - 1));
  },
});
