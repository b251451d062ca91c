import { expect, test } from 'vitest';
import { failed, sampleEpisode, sampleStep, verdicts } from '../testing/sample-episode.js';
import { followerFormat } from './follower-format.js';

const rule = followerFormat.rule();
const cut = sampleStep('continuation', 'a =', { finish: 'length' });
const whole = sampleStep('termination', 'answer: 1', { finish: 'answer' });

test.each([
  ['a readable answer and whole steps', verdicts.wrong, [whole], 1],
  ['half of the steps cut', verdicts.correct, [cut, whole], 0.75],
  ['no readable answer', verdicts.unparsed, [whole], 0.5],
  ['nothing as it should be', verdicts.unparsed, [cut], 0],
])('%s', (_, verdict, steps, score) => {
  expect(rule.score(sampleEpisode({ verdict, steps }))).toBe(score);
});

test('an episode that failed or could not be judged is not scored', () => {
  expect(rule.score(sampleEpisode(failed))).toBeNull();
  expect(rule.score(sampleEpisode({ verdict: verdicts.timeout }))).toBeNull();
});
