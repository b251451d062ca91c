import { definePlugin, type RewardRule } from '@rsim/core';
import { followerAccuracy } from './follower-accuracy/follower-accuracy.js';
import { followerFormat } from './follower-format/follower-format.js';
import { leaderAccuracy } from './leader-accuracy/leader-accuracy.js';
import { leaderRepetition } from './leader-repetition/leader-repetition.js';
import { leaderTermination } from './leader-termination/leader-termination.js';

const factories = [leaderAccuracy, leaderTermination, leaderRepetition, followerAccuracy, followerFormat] as const;

/** All reward rules of this package, by name. */
export const rewardsPlugin = definePlugin({
  name: '@rsim/rewards',
  provides: { rewards: Object.fromEntries(factories.map(({ name, provider }) => [name, provider])) },
});

/** Every rule of this package with its default weight and options. */
export function defaultRewards(): RewardRule[] {
  return factories.map((factory) => factory.rule());
}
