import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemarExact, mcnemarMidP, mcnemarOfDifferences } from './mcnemar.js';

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

describe('mcnemarMidP', () => {
  // Fagerland, Lydersen and Laake 2013, section 'Airway hyper-responsiveness': 0.039 for 1 and 7. The others by scipy 1.17.1:
  // 2 * binom.cdf(k, n, .5) - binom.pmf(k, n, .5)
  it.each([
    [1, 7, 0.0390625],
    [8, 2, 0.0654296875],
    [30, 12, 0.0054015726545912895],
    [121, 59, 3.2666467957745733e-6],
    [0, 0, 1],
    [5, 5, 1],
  ])('is what is published, or scipy gives, for %i wins and %i losses', (wins, losses, p) => {
    expect(mcnemarMidP(wins, losses) / p).toBeCloseTo(1, 9);
    expect(mcnemarMidP(losses, wins)).toBe(mcnemarMidP(wins, losses));
    expect(mcnemarMidP(wins, losses)).toBeLessThanOrEqual(mcnemarExact(wins, losses));
  });
});

describe('mcnemarOfDifferences', () => {
  it('counts a problem once, whatever it differs by', () => {
    expect(mcnemarOfDifferences([1, 1 / 3, 0, 0, -1])).toBe(mcnemarExact(2, 1));
  });
});
