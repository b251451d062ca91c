import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemarExact, mcnemarOfDifferences } from './mcnemar.js';

describe('mcnemarExact', () => {
  // statsmodels 0.15.0: mcnemar([[a, wins], [losses, d]], exact=True).pvalue
  it.each([
    [0, 0, 1],
    [8, 2, 0.109375],
    [30, 12, 0.007915897334896727],
    [1, 0, 1],
    [121, 59, 4.4344492637551645e-6],
    [5, 5, 1],
  ])('agrees with statsmodels on %i wins and %i losses', (wins, losses, p) => {
    expect(mcnemarExact(wins, losses) / p).toBeCloseTo(1, 9);
  });

  it('is a probability and does not know which policy is which', () => {
    const count = fc.nat({ max: 300 });
    fc.assert(
      fc.property(count, count, (wins, losses) => {
        const p = mcnemarExact(wins, losses);
        expect(p).toBe(mcnemarExact(losses, wins));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('mcnemarOfDifferences', () => {
  it('counts a problem once, whatever it differs by', () => {
    expect(mcnemarOfDifferences([1, 1 / 3, 0, 0, -1])).toBe(mcnemarExact(2, 1));
  });
});
