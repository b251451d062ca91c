import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passAtK } from './pass-at-k.js';

describe('passAtK', () => {
  // numpy 2.4, as in Chen et al. 2021, figure 3: 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1))
  it.each([
    [200, 1, 1, 0.005],
    [200, 13, 10, 0.4975511147306061],
    [200, 13, 100, 0.9999194971988055],
    [10, 3, 2, 0.5333333333333332],
    [5, 0, 5, 0],
    [5, 1, 5, 1],
  ])('is what the published code gives for n = %i, c = %i, k = %i', (samples, correct, k, expected) => {
    expect(passAtK(samples, correct, k)).toBeCloseTo(expected, 12);
  });

  const counts = fc
    .integer({ min: 1, max: 60 })
    .chain((samples) =>
      fc.tuple(fc.constant(samples), fc.integer({ min: 0, max: samples }), fc.integer({ min: 1, max: samples })),
    );

  it('is the share of right ones for k = 1, grows with k and with what is right, and is certain when k exceeds the wrong', () => {
    fc.assert(
      fc.property(counts, ([samples, correct, k]) => {
        const value = passAtK(samples, correct, k);
        expect(passAtK(samples, correct, 1)).toBeCloseTo(correct / samples, 10);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (k < samples) expect(passAtK(samples, correct, k + 1)).toBeGreaterThanOrEqual(value - 1e-12);
        if (correct < samples) expect(passAtK(samples, correct + 1, k)).toBeGreaterThanOrEqual(value - 1e-12);
        if (k > samples - correct) expect(value).toBe(1);
      }),
    );
  });

  it('is the mean over all ways to draw k of n', () => {
    // 4 samples, 2 of them right: of the 6 pairs 5 hold a right one.
    expect(passAtK(4, 2, 2)).toBeCloseTo(5 / 6, 12);
  });

  it('refuses what cannot be', () => {
    for (const [samples, correct, k] of [
      [3, 4, 1],
      [3, 1, 4],
      [3, 1, 0],
      [2.5, 1, 1],
    ] as const) {
      expect(() => passAtK(samples, correct, k)).toThrow(RangeError);
    }
  });
});
