import { expect, test } from 'vitest';
import { failed, sampleEpisode } from '../testing/sample-episode.js';
import { leaderTermination } from './leader-termination.js';

const rule = leaderTermination.rule();

test.each([
  ['termination', 1],
  ['answer', 0],
  ['step-limit', 0],
  ['token-limit', 0],
] as const)('an episode that ended by %s scores %d', (end, score) => {
  expect(rule.score(sampleEpisode({ end }))).toBe(score);
});

test('an episode that failed, or that nobody led, is not scored', () => {
  expect(rule.score(sampleEpisode(failed))).toBeNull();
  expect(rule.score(sampleEpisode({ planner: null }))).toBeNull();
});
