import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedBootstrap } from './paired-bootstrap.js';

// rng = numpy.random.default_rng(3); numpy.round(rng.exponential(1, 25), 2)
const exponential = [
  0.11, 0.39, 1.4, 2.2, 0.34, 0.26, 0.43, 0.1, 1.0, 0.07, 0.45, 3.35, 0.27, 1.29, 0.52, 2.03, 0.91, 1.48, 0.29, 0.18, 0,
  1.17, 0.89, 1.22, 0.65,
];
const ternary = [1, 0, 0, 1, -1, 0, 1, 1, 0, 1, 0, 0, 1, -1, 1, 1, 0, 1, 1, 0];

describe('pairedBootstrap', () => {
  // scipy 1.17.1: scipy.stats.bootstrap((d,), np.mean, method='BCa', n_resamples=400000)
  it('agrees with the BCa interval of scipy on skewed differences', () => {
    const { estimate, low, high } = pairedBootstrap([exponential], { resamples: 40_000 });
    expect(estimate).toBeCloseTo(0.84, 10);
    expect(Math.abs(low - 0.588)).toBeLessThan(0.01);
    expect(Math.abs(high - 1.2276)).toBeLessThan(0.015);
  });

  it('agrees with the BCa interval of scipy on ternary differences', () => {
    const { low, high } = pairedBootstrap([ternary], { resamples: 40_000 });
    expect(low).toBeCloseTo(0.1, 10);
    expect(high).toBeCloseTo(0.65, 10);
  });

  it('lets strata weigh the same and narrows with their number', () => {
    const one = pairedBootstrap([ternary]);
    const four = pairedBootstrap([ternary, ternary, ternary, ternary]);
    expect(four.estimate).toBeCloseTo(one.estimate, 12);
    expect((four.high - four.low) / (one.high - one.low)).toBeCloseTo(0.5, 1);
    expect(
      pairedBootstrap([
        [1, 1],
        [0, 0, 0, 0],
      ]),
    ).toEqual({ estimate: 0.5, low: 0.5, high: 0.5 });
  });

  it('contains the estimate, mirrors, and does not mind the order of problems', () => {
    const differences = fc.array(fc.constantFrom(-1, -1 / 3, 0, 1 / 3, 1), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(differences, fc.nat(), (values, seed) => {
        const options = { resamples: 400, seed };
        const { estimate, low, high } = pairedBootstrap([values], options);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(pairedBootstrap([[...values].reverse()], options)).toEqual({ estimate, low, high });
        expect(pairedBootstrap([values.map((value) => -value)], options).estimate).toBeCloseTo(-estimate, 12);
      }),
      { numRuns: 50 },
    );
  });

  it('depends on its seed alone', () => {
    expect(pairedBootstrap([exponential], { seed: 1 })).toEqual(pairedBootstrap([exponential], { seed: 1 }));
    expect(pairedBootstrap([exponential], { seed: 1 })).not.toEqual(pairedBootstrap([exponential], { seed: 2 }));
  });

  it('refuses an empty stratum', () => {
    expect(() => pairedBootstrap([[]])).toThrow(RangeError);
  });
});
