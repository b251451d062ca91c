import { expect, test } from 'vitest';
import { failed, sampleEpisode } from '../testing/sample-episode.js';
import { leaderCost } from './leader-cost.js';

const rule = leaderCost.rule({ tokens: 100 });

test.each([
  [0, 0],
  [25, -0.25],
  [100, -1],
  [900, -1],
])('%s tokens score %s', (budgetTokens, score) => {
  expect(rule.score(sampleEpisode({ budgetTokens }))).toBe(score);
});

test('an episode that failed, or that nobody led, is not scored', () => {
  expect(rule.score(sampleEpisode(failed))).toBeNull();
  expect(rule.score(sampleEpisode({ planner: null }))).toBeNull();
});
