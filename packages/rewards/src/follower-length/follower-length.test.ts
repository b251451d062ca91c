import { ConfigError } from '@rsim/core';
import { expect, test } from 'vitest';
import { failed, sampleEpisode, sampleStep } from '../testing/sample-episode.js';
import { followerLength } from './follower-length.js';

const rule = followerLength.rule({ most: 100, margin: 40 });
const written = (...lengths: readonly number[]) =>
  sampleEpisode({
    steps: lengths.map((length) => sampleStep('continuation', 'a', { tokens: Array<number>(length).fill(7) })),
  });

test.each([
  [[10, 20], 0],
  [[60], 0],
  [[40, 40], -0.5],
  [[100], -1],
  [[300], -1],
])('steps of %j tokens score %s', (lengths, score) => {
  expect(rule.score(written(...lengths))).toBeCloseTo(score, 12);
});

test('it scores episodes that nobody led, and none that failed', () => {
  expect(rule.score({ ...written(10), planner: null })).toBe(0);
  expect(rule.score(sampleEpisode(failed))).toBeNull();
});

test('a margin wider than the limit is refused', () => {
  expect(() => followerLength.rule({ most: 10, margin: 20 }).score(written(1))).toThrow(ConfigError);
});
