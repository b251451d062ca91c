import { expect, test } from 'vitest';
import { failed, sampleEpisode, sampleStep, verdicts } from '../testing/sample-episode.js';
import { leaderEfficiency } from './leader-efficiency.js';

const rule = leaderEfficiency.rule({ steps: 5 });
const steps = (count: number) => Array.from({ length: count }, () => sampleStep('continuation', 'a = 1'));

test.each([
  [1, 1],
  [2, 0.75],
  [5, 0],
  [9, 0],
])('a right answer after %s steps scores %s', (count, score) => {
  expect(rule.score(sampleEpisode({ steps: steps(count) }))).toBe(score);
});

test('partial credit scores in part, a wrong answer nothing however short', () => {
  expect(rule.score(sampleEpisode({ steps: steps(1), verdict: verdicts.partial }))).toBe(0.25);
  expect(rule.score(sampleEpisode({ steps: steps(1), verdict: verdicts.wrong }))).toBe(0);
});

test('what failed, was not led or not judged in time is not scored', () => {
  expect(rule.score(sampleEpisode(failed))).toBeNull();
  expect(rule.score(sampleEpisode({ planner: null }))).toBeNull();
  expect(rule.score(sampleEpisode({ verdict: verdicts.timeout }))).toBeNull();
});
