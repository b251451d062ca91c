import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from './wilson.js';

const counts = fc
  .integer({ min: 1, max: 5000 })
  .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));

describe('wilson', () => {
  // scipy 1.17.1: scipy.stats.binomtest(k, n).proportion_ci(method='wilson')
  it.each([
    [0, 20, 0, 0.16112515805281935],
    [15, 20, 0.5312991223812561, 0.8881382985923344],
    [200, 200, 0.9811546736227335, 1],
    [351, 500, 0.6604929783319653, 0.7404267881215676],
  ])('agrees with scipy on %i of %i', (successes, trials, low, high) => {
    const interval = wilson(successes, trials);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it('contains the estimate, stays within [0, 1] and mirrors failures', () => {
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { estimate, low, high } = wilson(successes, trials);
        const mirrored = wilson(trials - successes, trials);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(high).toBeLessThanOrEqual(1);
        expect(mirrored.low).toBeCloseTo(1 - high, 10);
      }),
    );
  });

  it.each([
    [-1, 5],
    [6, 5],
    [0, 0],
    [0.5, 5],
  ])('refuses %d of %d', (successes, trials) => {
    expect(() => wilson(successes, trials)).toThrow(RangeError);
  });
});
