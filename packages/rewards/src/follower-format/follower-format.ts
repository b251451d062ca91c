import { defineReward, noOptions } from '../define-reward.js';

/**
 * The follower's format (rSIM, section 3; the parts are our choice): one half for an answer that could be read, the other
 * for the share of steps that ended by themselves instead of being cut.
 */
export const followerFormat = defineReward({
  name: 'follower-format',
  role: 'follower',
  weight: 0.1,
  description: 'Half for an answer that could be read, half for the share of steps that were not cut, from 0 to 1.',
  options: noOptions,
  score: ({ verdict, steps }) => {
    if (verdict === null || verdict.status === 'timeout' || steps.length === 0) return null;
    const whole = steps.filter(({ finish }) => finish !== 'length').length / steps.length;
    return (Number(verdict.extracted !== null) + whole) / 2;
  },
});
