import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cliffsDelta } from './cliffs-delta.js';

describe('cliffsDelta', () => {
  // scipy 1.17.1 in tools/reference-values/intervals.py: 2 * mannwhitneyu(first, second).statistic / (n * m) - 1
  it('agrees with the U statistic of scipy', () => {
    expect(cliffsDelta([0.61, 0.72, 0.7], [0.6, 0.65, 0.71])).toBeCloseTo(1 / 3, 12);
    expect(cliffsDelta([1, 2, 2, 3], [2, 2, 1, 0, 5])).toBeCloseTo(0.15, 12);
  });

  it('is what counting all pairs gives, and mirrors', () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, values, (first, second) => {
        const signs = first.flatMap((one) => second.map((other) => Math.sign(one - other)));
        const counted = signs.reduce((sum, sign) => sum + sign, 0) / signs.length;
        expect(cliffsDelta(first, second)).toBeCloseTo(counted, 12);
        expect(cliffsDelta(second, first)).toBeCloseTo(-counted, 12);
      }),
    );
    expect(cliffsDelta([1, 1, 0, 1], [0, 1])).toBeCloseTo(3 / 4 - 1 / 2, 12);
    expect(() => cliffsDelta([], [1])).toThrow(RangeError);
  });
});
