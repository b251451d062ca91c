import { defineReward, noOptions } from '../define-reward.js';

/** The follower's accuracy (rSIM, section 3): the verdict's score, led or not. */
export const followerAccuracy = defineReward({
  name: 'follower-accuracy',
  role: 'follower',
  weight: 1,
  description: 'Score of the final answer, from 0 to 1, for the follower.',
  options: noOptions,
  score: ({ verdict }) => verdict?.score ?? null,
});
