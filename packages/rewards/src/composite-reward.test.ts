import type { RewardRule } from '@rsim/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compositeReward } from './composite-reward.js';
import { withWeight } from './define-reward.js';
import { defaultRewards } from './plugin.js';
import { sampleEpisode } from './testing/sample-episode.js';

const rule = (name: string, weight: number, role: RewardRule['role'] = 'leader'): RewardRule => ({
  ...{ name, role, weight },
  score: () => 0,
});
const recorded = (leader: Record<string, number | null>) => ({
  ...{ rewards: { leader, follower: { form: 7 } }, problem: sampleEpisode().problem },
});

test('the weighted sum of the rules of one role', () => {
  const rules = [rule('right', 1), rule('ended', 0.5), rule('form', 2, 'follower')];
  expect(compositeReward(recorded({ right: 1, ended: 1 }), rules, 'leader')).toBe(1.5);
  expect(compositeReward(recorded({ right: 1, ended: 1 }), rules, 'follower')).toBe(14);
});

test('an unscored rule makes the whole unscored, never 0', () => {
  const rules = [rule('right', 1), rule('ended', 0.5)];
  expect(compositeReward(recorded({ right: null, ended: 1 }), rules, 'leader')).toBeNull();
  expect(compositeReward(recorded({ ended: 1 }), rules, 'leader')).toBeNull();
  expect(compositeReward(recorded({}), [], 'leader')).toBeNull();
});

test('a rule of weight 0 is reported only', () => {
  const rules = [rule('right', 1), rule('ended', 0)];
  expect(compositeReward(recorded({ right: 1, ended: null }), rules, 'leader')).toBe(1);
});

test('a rule has another weight on a suite that says so', () => {
  const rules = [rule('right', 1), { ...rule('ended', 0.5), taskWeights: { sums: 3, others: 0 } }];
  const episode = recorded({ right: 1, ended: 1 });
  expect(compositeReward(episode, rules, 'leader')).toBe(4);
  const elsewhere = { ...episode, problem: { ...episode.problem, suite: 'others' } };
  expect(compositeReward(elsewhere, rules, 'leader')).toBe(1);
  expect(
    compositeReward(
      { ...elsewhere, ...recorded({ right: 1, ended: null }), problem: elsewhere.problem },
      rules,
      'leader',
    ),
  ).toBe(1);
});

test('the composite is linear in the weights', () => {
  const number = fc.integer({ min: -9, max: 9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.integer({ min: 1, max: 9 })), { minLength: 1 }), (pairs) => {
      const rules = pairs.map(([, weight], index) => rule(`rule-${index}`, weight));
      const scores = Object.fromEntries(pairs.map(([score], index) => [`rule-${index}`, score]));
      const doubled = rules.map((one) => withWeight(one, 2 * one.weight));
      const single = compositeReward(recorded(scores), rules, 'leader') as number;
      expect(compositeReward(recorded(scores), doubled, 'leader')).toBe(2 * single);
    }),
  );
});

test('by default a right answer that the leader ended is worth 1.1 to it', () => {
  const rules = defaultRewards();
  const episode = sampleEpisode();
  const scores = (role: RewardRule['role']) =>
    Object.fromEntries(rules.filter((one) => one.role === role).map((one) => [one.name, one.score(episode)]));
  const rewards = { leader: scores('leader'), follower: scores('follower') };
  expect(compositeReward({ ...episode, rewards }, rules, 'leader')).toBeCloseTo(1.1, 12);
  expect(compositeReward({ ...episode, rewards }, rules, 'follower')).toBeCloseTo(1.1, 12);
});
