import { definePlugin, type RewardRule } from '@rsim/core';
import { followerAccuracy } from './follower-accuracy/follower-accuracy.js';
import { followerFormat } from './follower-format/follower-format.js';
import { followerLength } from './follower-length/follower-length.js';
import { leaderAccuracy } from './leader-accuracy/leader-accuracy.js';
import { leaderCost } from './leader-cost/leader-cost.js';
import { leaderDiversity } from './leader-diversity/leader-diversity.js';
import { leaderEfficiency } from './leader-efficiency/leader-efficiency.js';
import { leaderRepetition } from './leader-repetition/leader-repetition.js';
import { leaderTermination } from './leader-termination/leader-termination.js';

/** The rules of the paper: what a configuration that names none has. */
const defaults = [leaderAccuracy, leaderTermination, leaderRepetition, followerAccuracy, followerFormat] as const;
const factories = [...defaults, leaderDiversity, leaderEfficiency, leaderCost, followerLength] as const;

/** All reward rules of this package, by name. */
export const rewardsPlugin = definePlugin({
  name: '@rsim/rewards',
  provides: { rewards: Object.fromEntries(factories.map(({ name, provider }) => [name, provider])) },
});

/** The rules that count by default, with their default weights and options. */
export function defaultRewards(): RewardRule[] {
  return defaults.map((factory) => factory.rule());
}
