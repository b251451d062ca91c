import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failed, sampleEpisode, sampleStep } from '../testing/sample-episode.js';
import { leaderRepetition } from './leader-repetition.js';

const rule = leaderRepetition.rule();
type Written = readonly (readonly [strategy: string, text: string])[];
const score = (written: Written, scoring = rule): number | null =>
  scoring.score(sampleEpisode({ steps: written.map(([strategy, text]) => sampleStep(strategy, text)) }));

test.each<[string, Written, number]>([
  [
    'nothing repeated',
    [
      ['decomposition', 'a, b'],
      ['continuation', 'a = 1'],
      ['termination', '1'],
    ],
    0,
  ],
  ['many continuations that get on', ['a', 'b', 'c', 'd'].map((name) => ['continuation', `${name} = 1`] as const), 0],
  [
    'the same step twice',
    [
      ['continuation', 'a = 1'],
      ['validation', 'ok'],
      ['continuation', ' a  = 1\n'],
    ],
    -1 / 3,
  ],
  [
    'the same text under another strategy',
    [
      ['continuation', 'a = 1'],
      ['validation', 'a = 1'],
    ],
    0,
  ],
  [
    'a third one in a row without a new line',
    [
      ['continuation', 'a\nb'],
      ['validation', 'c'],
      ['validation', 'd'],
      ['validation', 'b'],
    ],
    -1 / 4,
  ],
  [
    'a second one in a row without a new line',
    [
      ['continuation', 'a'],
      ['validation', 'c'],
      ['validation', 'a'],
    ],
    0,
  ],
  [
    'nothing written at all',
    [
      ['continuation', ''],
      ['continuation', ''],
      ['continuation', ''],
    ],
    -2 / 3,
  ],
  [
    'a run that another strategy breaks',
    [
      ['continuation', 'a'],
      ['continuation', 'b'],
      ['validation', 'c'],
      ['continuation', 'c'],
    ],
    0,
  ],
])('%s', (_, written, expected) => {
  expect(score(written)).toBe(expected);
});

test('the length of the run is an option', () => {
  const written: Written = [
    ['continuation', 'a'],
    ['validation', 'c'],
    ['validation', 'a'],
  ];
  expect(score(written, leaderRepetition.rule({ run: 2 }))).toBe(-1 / 3);
});

test('steps the leader did not choose do not count', () => {
  const forced = sampleStep('termination', 'a', { decision: null, forced: true });
  const steps = [sampleStep('continuation', 'a'), sampleStep('continuation', 'a'), forced];
  expect(rule.score(sampleEpisode({ steps }))).toBe(-1 / 2);
  expect(rule.score(sampleEpisode({ steps: [forced] }))).toBeNull();
});

test('an episode that failed, or that nobody led, is not scored', () => {
  expect(rule.score(sampleEpisode(failed))).toBeNull();
  expect(rule.score(sampleEpisode({ planner: null }))).toBeNull();
});

test('the score is a share: from -1 to 0, the first step is never a repeat, and new lines never are', () => {
  const step = fc.tuple(fc.constantFrom('continuation', 'validation'), fc.constantFrom('a', 'b', '', 'a\nb'));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (written) => {
      const value = score(written) as number;
      expect(value).toBeLessThanOrEqual(0);
      expect(value).toBeGreaterThanOrEqual(-(written.length - 1) / written.length);
      expect(score(written.map(([strategy, text], index) => [strategy, `${text}\nline ${index}`] as const))).toBe(0);
    }),
  );
});
