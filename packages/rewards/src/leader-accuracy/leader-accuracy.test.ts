import { expect, test } from 'vitest';
import { failed, sampleEpisode, verdicts } from '../testing/sample-episode.js';
import { leaderAccuracy } from './leader-accuracy.js';

const rule = leaderAccuracy.rule();

test.each([
  ['correct', 1],
  ['wrong', 0],
  ['partial', 0.25],
  ['unparsed', 0],
  ['timeout', null],
] as const)('an answer that is %s scores %s', (status, score) => {
  expect(rule.score(sampleEpisode({ verdict: verdicts[status] }))).toBe(score);
});

test('an episode that failed is not scored', () => {
  expect(rule.score(sampleEpisode(failed))).toBeNull();
});

test('an episode nobody led is not scored', () => {
  expect(rule.score(sampleEpisode({ planner: null }))).toBeNull();
});
