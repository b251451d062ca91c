import type { ValuedEpisode } from '@rsim/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gae } from './gae.js';

const valued = (reward: number | null, values: readonly number[]): ValuedEpisode => ({
  terms: reward === null ? null : [{ name: 'right', score: reward / 2, weight: 2 }],
  values,
});
const groups = [[valued(1, [0.2, 0.5, 0.4])], [valued(0, [0.3, 0.6]), valued(null, [0.5])]];
const plain = { normalise: false } as const;

function expectClose(actual: readonly number[] | undefined, expected: readonly number[], digits = 5) {
  expect(actual).toHaveLength(expected.length);
  actual!.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, digits));
}

// Printed by `python3 tools/reference-values/advantages.py`.
test('reference values', () => {
  const [[first] = [], [second, unscored] = []] = gae({ gamma: 0.9, lambda: 0.8, ...plain }).credit(groups);
  expectClose(first?.advantages, [0.46024, 0.292, 0.6]);
  expectClose(second?.advantages, [-0.192, -0.6]);
  expectClose(first?.valueTargets, [0.66024, 0.792, 1.0]);
  expectClose(second?.valueTargets, [0.108, 0.0]);
  expect(unscored).toBeNull();
  const normalised = gae({ gamma: 1, lambda: 0.95, normalise: true }).credit(groups);
  expectClose(normalised[0]?.[0]?.advantages, [1.05607, 0.532015, 0.778407]);
  expectClose(normalised[1]?.[0]?.advantages, [-0.870519, -1.495973]);
});

const value = fc.double({ min: -2, max: 2, noNaN: true });
const episode = fc.record({ reward: value, values: fc.array(value, { minLength: 1, maxLength: 6 }) });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('with λ = 1 a decision is judged by the reward alone, with λ = 0 by the next estimate alone', () =>
  fc.assert(
    fc.property(episode, share, ({ reward, values }, gamma) => {
      const creditWith = (lambda: number) =>
        gae({ gamma, lambda, ...plain }).credit([[valued(reward, values)]])[0]![0]!;
      const last = values.length - 1;
      expectClose(
        creditWith(1).advantages,
        values.map((each, step) => gamma ** (last - step) * reward - each),
        9,
      );
      expectClose(
        creditWith(0).valueTargets,
        values.map((_, step) => (step === last ? reward : gamma * values[step + 1]!)),
        9,
      );
    }),
  ));

test('estimates that were right leave nothing to learn', () =>
  fc.assert(
    fc.property(value, share, share, fc.integer({ min: 1, max: 6 }), (reward, gamma, lambda, length) => {
      const values = Array.from({ length }, (_, step) => gamma ** (length - 1 - step) * reward);
      const credit = gae({ gamma, lambda, ...plain }).credit([[valued(reward, values)]])[0]![0]!;
      expectClose(
        credit.advantages,
        values.map(() => 0),
        9,
      );
      expectClose(credit.valueTargets, values, 9);
    }),
  ));

test('over the batch advantages have mean 0 and deviation 1, targets keep their unit, episodes keep their places', () =>
  fc.assert(
    fc.property(fc.array(episode, { minLength: 2, maxLength: 5 }), (episodes) => {
      const batch = episodes.map(({ reward, values }) => [valued(reward, values)]);
      const estimator = gae({ gamma: 1, lambda: 0.9, normalise: true });
      const credits = estimator.credit(batch).flat();
      const advantages = credits.flatMap((credit) => credit!.advantages);
      const raw = gae({ gamma: 1, lambda: 0.9, ...plain })
        .credit(batch)
        .flat();
      expect(credits.map((credit) => credit!.valueTargets)).toEqual(raw.map((credit) => credit!.valueTargets));
      const spread = raw.flatMap((credit) => credit!.advantages);
      fc.pre(Math.max(...spread) - Math.min(...spread) > 0.01);
      expect(advantages.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 6);
      expect(advantages.reduce((sum, each) => sum + each ** 2, 0) / advantages.length).toBeCloseTo(1, 2);
      const turned = estimator
        .credit([...batch].reverse())
        .flat()
        .reverse();
      turned.forEach((credit, index) => expectClose(credit!.advantages, credits[index]!.advantages, 6));
    }),
  ));
