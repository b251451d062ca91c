import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from './holm.js';

const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });

describe('holm', () => {
  it('agrees with statsmodels', () => {
    // statsmodels 0.15.0: multipletests([.01, .04, .03, .005, .5], method='holm')[1]
    const adjusted = holm([0.01, 0.04, 0.03, 0.005, 0.5]);
    [0.04, 0.09, 0.09, 0.025, 0.5].forEach((p, index) => expect(adjusted[index]).toBeCloseTo(p, 12));
  });

  it('never lowers a p-value, keeps their order and stays below Bonferroni', () => {
    fc.assert(
      fc.property(probabilities, (values) => {
        const adjusted = holm(values);
        values.forEach((p, index) => {
          const own = adjusted[index] as number;
          expect(own).toBeGreaterThanOrEqual(p);
          expect(own).toBeLessThanOrEqual(Math.min(1, p * values.length) + 1e-12);
          values.forEach((other, at) => other <= p || expect(adjusted[at]).toBeGreaterThanOrEqual(own));
        });
      }),
    );
  });

  it('has nothing to adjust in nothing', () => {
    expect(holm([])).toEqual([]);
  });
});
