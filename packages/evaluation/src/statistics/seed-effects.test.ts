import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seedEffects } from './seed-effects.js';

// rng = numpy.random.default_rng(5)
// numpy.round(.3 + rng.normal(0, .25, (4, 1)) + rng.normal(0, .3, (1, 12)) + rng.normal(0, .4, (4, 12)), 2)
const table = [
  [0.41, -0.33, -0.32, -0.33, 0.04, 0.81, 0.16, -0.51, -0.02, 0.91, -0.5, -0.52],
  [-0.08, -0.07, -0.71, -0.26, 0.18, 0.34, -0.37, -0.56, -0.76, -0.09, 0.12, -0.99],
  [1.05, 0.56, -0.73, 0.11, 0.02, 0.74, 0.34, -0.93, -0.14, 0.62, 0.68, -0.75],
  [1.04, 0, 0.11, -0.17, 1.21, 1.12, 1.46, 0.29, 0.46, 1.22, 0.22, -0.14],
];

/** Normal, by Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

describe('seedEffects', () => {
  // statsmodels 0.15.0: mixedlm('y ~ 1', groups=1, vc_formula={'s': '0 + C(s)', 'p': '0 + C(p)'}).fit(reml=True):
  // mean 0.1029166667, standard error 0.214127, variance of seeds 0.113467
  it('agrees with the restricted maximum likelihood of statsmodels', () => {
    const effects = seedEffects([table]);
    expect(effects?.estimate).toBeCloseTo(0.1029166667, 9);
    expect((effects?.deviation ?? 0) ** 2).toBeCloseTo(0.113467, 5);
    // scipy 1.17.1: t.ppf(.975, 6.0539230214793145) * 0.21412771577172388, degrees of freedom after Satterthwaite
    expect(effects?.low).toBeCloseTo(-0.41990578648639015, 8);
    expect(effects?.high).toBeCloseTo(0.6257391198197235, 8);
    // 2 * t.sf(0.1029166667 / 0.21412771577172388, 6.0539230214793145)
    expect(effects?.p).toBeCloseTo(0.6476539262524549, 8);
  });

  it('treats several suites of one kind as one with less noise, and needs two seeds and two problems', () => {
    const twice = seedEffects([table, table]);
    expect(twice?.estimate).toBeCloseTo(0.1029166667, 9);
    expect(twice?.deviation).toBeGreaterThan(seedEffects([table])?.deviation ?? Infinity);
    expect(seedEffects([table.slice(0, 1)])).toBeNull();
    expect(seedEffects([[[1], [0]]])).toBeNull();
    expect(() => seedEffects([[[1, 0], [1]]])).toThrow(RangeError);
    expect(() => seedEffects([table, table.slice(1)])).toThrow(RangeError);
  });

  it('contains its estimate, moves with its values, and says nothing where nothing varies', () => {
    const value = fc.constantFrom(-1, 0, 1);
    const tables = fc
      .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 8 }))
      .chain(([seeds, problems]) =>
        fc.array(fc.array(value, { minLength: problems, maxLength: problems }), { minLength: seeds, maxLength: seeds }),
      );
    fc.assert(
      fc.property(tables, (rows) => {
        const effects = seedEffects([rows]);
        fc.pre(effects !== null);
        const { estimate, low, high, deviation, p } = effects;
        expect(p < 0.05).toBe(low > 0 || high < 0);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(deviation).toBeGreaterThanOrEqual(0);
        const moved = seedEffects([rows.map((row) => row.map((each) => each + 2))])!;
        expect(moved.low).toBeCloseTo(low + 2, 8);
        const reversed = seedEffects([[...rows].reverse()])!;
        expect(reversed.high).toBeCloseTo(high, 8);
      }),
    );
    const third = [1 / 3, 1 / 3, 1 / 3];
    expect(seedEffects([[third, third]])).toBeNull();
  });

  it('holds the true mean in about 95 of 100 experiments in which seeds differ, where problems alone would not', () => {
    const experiments = 400;
    let [held, heldWithoutSeeds] = [0, 0];
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const random = Random.of(experiment, 'seeds');
      const ofSeeds = Array.from({ length: 4 }, () => 0.2 * normal(random));
      const ofProblems = Array.from({ length: 60 }, () => 0.5 * normal(random));
      const rows = ofSeeds.map((seed) => ofProblems.map((problem) => seed + problem + 0.5 * normal(random)));
      const { low, high, estimate } = seedEffects([rows])!;
      if (low <= 0 && 0 <= high) held += 1;
      const margin = (1.96 * Math.sqrt(0.25 + 0.25 / 4)) / Math.sqrt(60);
      if (Math.abs(estimate) <= margin) heldWithoutSeeds += 1;
    }
    expect(Math.abs(held / experiments - 0.95)).toBeLessThan(0.03);
    expect(heldWithoutSeeds / experiments).toBeLessThan(0.85);
  });
});
