import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyInterval } from './accuracy.js';
import { stratifiedMean } from './clustered-mean.js';
import { wilson } from './wilson.js';

const suite = (values: readonly number[]) => values.map((value, index) => ({ value, cluster: String(index) }));

describe('accuracyInterval', () => {
  it("is Wilson's on the effective number of outcomes, with t", () => {
    // tools/reference-values/intervals.py, on the outcomes of clustered-mean.test.ts
    const values = [1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1];
    const clusters = ['0', '0', '0', '1', '1', '1', '2', '2', '2', '3', '3', '4'];
    const interval = accuracyInterval([values.map((value, place) => ({ value, cluster: clusters[place] as string }))]);
    expect(interval.low).toBeCloseTo(0.18789692944860464, 7);
    expect(interval.high).toBeCloseTo(0.8944173247377779, 7);
  });

  it('holds its level near the end, where p ± t·SE does not', () => {
    const [problems, tries, experiments, truth] = [60, 3, 400, 0.03];
    let [held, heldSymmetric] = [0, 0];
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const random = Random.of(experiment, 'accuracy');
      // Half of all problems are never solved, the others with probability 2p.
      const observations = Array.from({ length: problems }, (_, problem) => {
        const chance = random.next() < 0.5 ? 0 : 2 * truth;
        return Array.from({ length: tries }, () => ({ cluster: `${problem}`, value: Number(random.next() < chance) }));
      }).flat();
      const { low, high } = accuracyInterval([observations]);
      if (low <= truth && truth <= high) held += 1;
      const { estimate, standardError } = stratifiedMean([observations]);
      if (Math.abs(estimate - truth) <= 2 * standardError) heldSymmetric += 1;
    }
    expect(held / experiments).toBeGreaterThan(0.93);
    expect(heldSymmetric / experiments).toBeLessThan(0.92);
  });

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
