import { z } from 'zod';
import { defineReward } from '../define-reward.js';

/** What an episode cost in tokens, as a share of what is thought much; our choice, after the method's "few tokens" claim. */
export const leaderCost = defineReward({
  name: 'leader-cost',
  role: 'leader',
  weight: 0.05,
  description: 'Minus the tokens that the episode cost, in units of `tokens`, from -1 to 0.',
  options: z.strictObject({
    tokens: z.int().positive().default(512).describe('So many tokens, or more, score -1.'),
  }),
  score: ({ planner, end, budgetTokens }, { tokens }) => {
    if (planner === null || end === 'error') return null;
    return 0 - Math.min(1, budgetTokens / tokens);
  },
});
