import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyInterval } from './accuracy.js';
import { wilson } from './wilson.js';

const suite = (values: readonly number[]) => values.map((value, index) => ({ value, cluster: String(index) }));

describe('accuracyInterval', () => {
  it('falls back on Wilson over problems when all agree', () => {
    const seeds = [...suite([1, 1, 1, 1]), ...suite([1, 1, 1, 1])];
    expect(accuracyInterval([seeds])).toEqual({ ...wilson(4, 4), estimate: 1 });
    expect(accuracyInterval([suite([0])])).toEqual(wilson(0, 1));
  });

  it('contains the estimate and stays within [0, 1]', () => {
    const values = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 3 }), (strata) => {
        const { estimate, low, high } = accuracyInterval(strata.map(suite));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
      }),
    );
  });
});
