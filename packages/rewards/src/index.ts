/** Rules that say what an episode was worth, to the leader and to the follower. One folder, one rule. */
export { compositeReward, rewardTerms } from './composite-reward.js';
export { defineReward, withWeight, type RewardDefinition, type RewardFactory } from './define-reward.js';
export { followerAccuracy } from './follower-accuracy/follower-accuracy.js';
export { followerFormat } from './follower-format/follower-format.js';
export { leaderAccuracy } from './leader-accuracy/leader-accuracy.js';
export { leaderRepetition } from './leader-repetition/leader-repetition.js';
export { leaderTermination } from './leader-termination/leader-termination.js';
export { defaultRewards, rewardsPlugin } from './plugin.js';
