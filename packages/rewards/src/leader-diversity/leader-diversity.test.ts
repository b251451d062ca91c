import { expect, test } from 'vitest';
import { failed, sampleEpisode, sampleStep } from '../testing/sample-episode.js';
import { leaderDiversity } from './leader-diversity.js';

const rule = leaderDiversity.rule();
/** Steps chosen from nine strategies. */
const led = (...strategies: readonly string[]) =>
  sampleEpisode({
    steps: strategies.map((strategy) => {
      const decision = { strategy, logProbability: 0, probabilities: Array<number>(9).fill(1 / 9) };
      return sampleStep(strategy, 'a', { decision });
    }),
  });

test.each([
  [['a', 'a', 'a'], 0],
  [['a', 'b', 'c'], 1],
  [['a', 'b', 'a', 'b'], 0.5],
  [['a'], 0],
])('%j scores %s', (strategies, score) => {
  expect(rule.score(led(...strategies))).toBeCloseTo(score, 12);
});

test('more steps than strategies: using all of them evenly is the most there is', () => {
  const nine = 'abcdefghi'.split('');
  expect(rule.score(led(...nine, ...nine))).toBeCloseTo(1, 12);
});

test('steps the leader did not choose do not count; an episode without any is not scored', () => {
  const forced = sampleStep('termination', 'x', { decision: null, forced: true });
  const episode = led('a', 'b');
  expect(rule.score({ ...episode, steps: [...episode.steps, forced] })).toBeCloseTo(1, 12);
  expect(rule.score(sampleEpisode({ steps: [forced] }))).toBeNull();
  expect(rule.score(sampleEpisode(failed))).toBeNull();
  expect(rule.score(sampleEpisode({ planner: null }))).toBeNull();
});
