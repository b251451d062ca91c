import { expect, test } from 'vitest';
import { progressOf } from './run-progress.js';

const time = '2026-01-01T00:00:00.000Z';
const iteration = { time, event: 'iteration', stage: 'real', iteration: 3, iterations: 12 };
const progress = { time, event: 'progress', step: 300, episodes: 1200, secondsLeft: 90 };

test('a run of one training is as far as its stage, a sequence as far as it says of itself', () => {
  expect(progressOf([], null)).toBeNull();
  const stage = progressOf([iteration], null);
  expect(stage).toEqual({ of: 'real', share: 0.25, secondsLeft: null });
  const whole = progressOf([progress, iteration], null);
  expect(whole).toEqual({ of: 'the whole', share: 0.25, secondsLeft: 90 });
  expect(progressOf([iteration], whole)).toEqual(whole);
  expect(progressOf([{ time, event: 'progress', step: 'x' }], stage)).toEqual(stage);
});
