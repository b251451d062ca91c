import { defineReward, noOptions } from '../define-reward.js';

/**
 * R_terminal of rSIM's leader (section 3): 1 where the leader ended the episode with the terminal strategy, 0 where a
 * limit or the follower did. The weight is our choice.
 */
export const leaderTermination = defineReward({
  name: 'leader-termination',
  role: 'leader',
  weight: 0.1,
  description: '1 where the leader itself ended the episode, 0 where a limit or the follower did.',
  options: noOptions,
  score: ({ planner, end }) => (planner === null || end === 'error' ? null : Number(end === 'termination')),
});
