import { ConfigError } from '@rsim/core';
import { z } from 'zod';
import { defineReward } from '../define-reward.js';

/**
 * The soft punishment of overlong answers (DAPO, arXiv 2503.14476, equation 13): 0 up to `most - margin` tokens, then falling
 * linearly, -1 from `most` on. Counted are the tokens that the follower wrote.
 */
export const followerLength = defineReward({
  name: 'follower-length',
  role: 'follower',
  weight: 0.1,
  description: 'Falls from 0 to -1 as the follower writes more than `most - margin` tokens.',
  options: z.strictObject({
    most: z.int().positive().default(512).describe('From so many tokens on the score is -1.'),
    margin: z.int().positive().default(128).describe('Over so many tokens before that it falls.'),
  }),
  score: ({ end, steps }, { most, margin }) => {
    if (margin > most) {
      throw new ConfigError(`follower-length: a margin of ${margin} is more than ${most} tokens`, {
        remedy: 'Give a margin of at most `most`.',
      });
    }
    if (end === 'error') return null;
    const written = steps.reduce((sum, { tokens }) => sum + tokens.length, 0);
    return 0 - Math.min(1, Math.max(0, (written - (most - margin)) / margin));
  },
});
