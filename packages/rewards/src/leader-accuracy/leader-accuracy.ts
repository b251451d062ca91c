import { defineReward, noOptions } from '../define-reward.js';

/** R_acc of rSIM's leader (section 3): the verdict's score. Nothing to say of episodes nobody led or nobody could judge. */
export const leaderAccuracy = defineReward({
  name: 'leader-accuracy',
  role: 'leader',
  weight: 1,
  description: 'Score of the final answer, from 0 to 1, for the leader.',
  options: noOptions,
  score: ({ planner, verdict }) => (planner === null ? null : (verdict?.score ?? null)),
});
