import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchNormalised, decoupledAdvantages } from './decoupled-advantages.js';
import { groupAdvantages } from './group-advantages.js';

const terms = (...scores: readonly number[]) => scores.map((score) => ({ score, weight: 1 }));

test('two mixtures of rewards with one sum stay two', () => {
  // Rewards (correct, ended) of four rollouts; the sums 0, 1, 1, 2 would make the middle two alike whichever reward they had.
  const group = [terms(0, 0), terms(0, 1), terms(0, 1), terms(1, 1)];
  const [none = NaN, ended = NaN, , both = NaN] = decoupledAdvantages(group) ?? [];
  // By hand: correct 0,0,0,1: mean 1/4, sample deviation 1/2; ended 0,1,1,1: mean 3/4, sample deviation 1/2.
  expect(none).toBeCloseTo(-0.5 - 1.5, 2);
  expect(ended).toBeCloseTo(-0.5 + 0.5, 2);
  expect(both).toBeCloseTo(1.5 + 0.5, 2);
});

test('a reward that is alike in the whole group says nothing, and a group where all are is left out', () => {
  expect(decoupledAdvantages([terms(1, 5), terms(0, 5)])).toEqual(groupAdvantages([1, 0]));
  expect(decoupledAdvantages([terms(1, 5), terms(1, 5)])).toBeNull();
});

test('the scale of a reward does not matter, its weight does', () => {
  const group = (scale: number, weight: number) =>
    [0, 1, 1, 0].map((score, index) => [
      { score: scale * score, weight },
      { score: index, weight: 1 },
    ]);
  const [one, hundred, heavy] = [group(1, 1), group(100, 1), group(1, 3)].map(
    (each) => decoupledAdvantages(each) ?? [],
  );
  one?.forEach((advantage, index) => expect(hundred?.[index]).toBeCloseTo(advantage, 2));
  expect(heavy?.[1]).toBeGreaterThan((one?.[1] ?? NaN) + 1);
});

test('over the batch they have mean 0 and deviation 1', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2 }), (advantages) => {
      fc.pre(new Set(advantages).size > 1);
      const normalised = batchNormalised(advantages);
      const mean = normalised.reduce((sum, each) => sum + each, 0) / normalised.length;
      expect(mean).toBeCloseTo(0, 9);
      expect(normalised.reduce((sum, each) => sum + each * each, 0) / normalised.length).toBeCloseTo(1, 3);
    }),
  );
});
