import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { independentDifference, meanDifference, pairedProportions } from './newcombe.js';
import { wilson } from './wilson.js';

/** Pairs of a table of 2 × 2: both right, only the first, only the second, neither. */
const pairsOf = (...counts: readonly number[]) =>
  counts.flatMap((count, kind) => Array<[number, number]>(count).fill([Number(kind < 2), Number(kind % 2 === 0)]));

describe('independentDifference', () => {
  // statsmodels 0.15.0 in tools/reference-values/intervals.py; the first two are rows of Newcombe 1998a, table II.
  it.each([
    [56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614],
    [9, 10, 3, 10, 0.1705227239345029, 0.809017973535488],
    [10, 10, 0, 20, 0.6790860371419145, 1],
    [0, 30, 0, 50, -0.07134759913335874, 0.1135133931739688],
  ])('agrees with statsmodels on %i of %i minus %i of %i', (x1, n1, x2, n2, low, high) => {
    const interval = independentDifference(wilson(x1, n1), wilson(x2, n2));
    expect(interval.estimate).toBeCloseTo(x1 / n1 - x2 / n2, 12);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });
});

describe('pairedProportions', () => {
  // tools/reference-values/intervals.py; the first table is that of Altman et al. 2000, table 6.2.
  it.each([
    [[14, 5, 0, 22], 0.011483241383033221, 0.2264926843512112],
    [[36, 12, 2, 0], 0.05692958400323875, 0.3404276029749408],
    [[1, 1, 7, 12], -0.506920226686141, -0.025559124164859837],
    [[50, 0, 0, 50], -0.019233693926800913, 0.019233693926800913],
    [[30, 0, 0, 0], -0.11351339317396891, 0.11351339317396891],
    [[0, 20, 0, 0], 0.7721346162421941, 1],
  ])('agrees with the published formula on %j', (table, low, high) => {
    const interval = pairedProportions(pairsOf(...table));
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it('contains the difference, stays within −1 and 1, and mirrors, for shares too', () => {
    const outcome = fc.constantFrom(0, 1 / 3, 1 / 2, 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(outcome, outcome), { minLength: 1, maxLength: 40 }), (pairs) => {
        const { estimate, low, high } = pairedProportions(pairs);
        const mirrored = pairedProportions(pairs.map(([one, other]) => [other, one]));
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
        expect(mirrored.low).toBeCloseTo(-high, 10);
      }),
    );
    expect(() => pairedProportions([])).toThrow(RangeError);
  });

  it('holds the true difference in about 95 of 100 experiments with few disagreements', () => {
    const experiments = 500;
    let held = 0;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const random = Random.of(experiment, 'newcombe');
      const table = [0, 0, 0, 0];
      for (let problem = 0; problem < 60; problem += 1) {
        const kind = random.weighted([0.6, 0.05, 0.02, 0.33]);
        table[kind] = (table[kind] as number) + 1;
      }
      const { low, high } = pairedProportions(pairsOf(...table));
      if (low <= 0.03 && 0.03 <= high) held += 1;
    }
    expect(held / experiments).toBeGreaterThan(0.93);
  });
});

describe('meanDifference', () => {
  it('is the one difference of one suite, and half as wide for four alike', () => {
    const one = pairedProportions(pairsOf(36, 12, 2, 0));
    const four = meanDifference([one, one, one, one]);
    expect(meanDifference([one])).toEqual({
      ...one,
      low: expect.closeTo(one.low, 12),
      high: expect.closeTo(one.high, 12),
    });
    expect(four.estimate - four.low).toBeCloseTo((one.estimate - one.low) / 2, 12);
    expect(four.high - four.estimate).toBeCloseTo((one.high - one.estimate) / 2, 12);
  });
});
