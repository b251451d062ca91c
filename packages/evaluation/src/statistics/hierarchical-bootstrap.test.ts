import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOf, varianceOf } from './clustered-mean.js';
import { draws, hierarchicalInterval, type Draw } from './hierarchical-bootstrap.js';
import { seedEffects } from './seed-effects.js';

type Table = readonly (readonly number[])[];

/** Mean of the drawn cells of a table of seeds × problems. */
function meanOfDraw(table: Table, { seeds, problems }: Draw): number {
  const [rows, columns] = [seeds[0] as readonly number[], problems[0] as Uint32Array];
  return meanOf(rows.map((row) => meanOf([...columns].map((column) => table[row]?.[column] as number))));
}

function resampled(table: Table, resamples: number, seed: number): number[] {
  const design = { seeds: [table.length], problems: [table[0]?.length ?? 0] };
  return [...draws({ ...design, resamples, random: Random.of(seed, 'test') })].map((draw) => meanOfDraw(table, draw));
}

const intervalOf = (table: Table, resamples: number, seed: number) =>
  hierarchicalInterval(meanOf(table.map(meanOf)), table.map(meanOf), resampled(table, resamples, seed));

describe('draws', () => {
  it('draws one seed fewer than there are, and as many problems, the same for all', () => {
    const design = { seeds: [4, 1], problems: [3, 2] };
    for (const { seeds, problems } of draws({ ...design, resamples: 50, random: Random.of(1) })) {
      expect(seeds.map((places) => places.length)).toEqual([3, 1]);
      expect(problems.map((places) => places.length)).toEqual([3, 2]);
      expect(Math.max(...(seeds[0] ?? []))).toBeLessThan(4);
      expect(Math.max(...(problems[1] ?? []))).toBeLessThan(2);
    }
  });

  it('has the variance that all draws together have', () => {
    const table = [
      [1, 0, 1],
      [0, 0, 1],
    ];
    // 2 seeds, of which one is drawn, and 27 draws of 3 problems.
    const all = [0, 1].flatMap((seed) =>
      Array.from({ length: 27 }, (_, number) => {
        const problems = [Uint32Array.of(number % 3, Math.floor(number / 3) % 3, Math.floor(number / 9))];
        return meanOfDraw(table, { seeds: [[seed]], problems });
      }),
    );
    const exact = (varianceOf(all) * (all.length - 1)) / all.length;
    expect(Math.abs(varianceOf(resampled(table, 20_000, 1)) / exact - 1)).toBeLessThan(0.05);
  });
});

describe('hierarchicalInterval', () => {
  it('is Student’s t over seeds where problems tell nothing, and the random-effects interval, nearly, for means', () => {
    const seedsAlone = intervalOf(
      [
        [0.1, 0.1],
        [0.3, 0.3],
        [0.5, 0.5],
      ],
      20_000,
      2,
    );
    // scipy 1.17.1: stats.t.interval(.95, 2, loc=.3, scale=stats.sem([.1, .3, .5]))
    expect(seedsAlone?.low).toBeCloseTo(-0.19682755, 1);
    expect(seedsAlone?.high).toBeCloseTo(0.79682755, 1);
    const random = Random.of(5, 'table');
    const table = [0, 0.4, 0.1, 0.3].map((seed) => Array.from({ length: 80 }, () => seed + random.next()));
    const [bootstrap, model] = [intervalOf(table, 4000, 3), seedEffects([table])];
    const width = (interval: { low: number; high: number } | null) =>
      interval === null ? NaN : interval.high - interval.low;
    expect(Math.abs(width(bootstrap) / width(model) - 1)).toBeLessThan(0.1);
  });

  it('contains its estimate, and needs two seeds', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, values, (bySeed, draws) => {
        const estimate = meanOf(bySeed);
        const { low, high } = hierarchicalInterval(estimate, bySeed, draws) ?? { low: NaN, high: NaN };
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(hierarchicalInterval(estimate, bySeed.slice(0, 1), draws)).toBeNull();
      }),
    );
  });

  it('holds the true mean in about 95 of 100 experiments with three seeds, whether seeds or problems differ more', () => {
    for (const [ofSeeds, ofProblems] of [
      [0.15, 0.1],
      [0.02, 0.4],
    ] as const) {
      const experiments = 200;
      let held = 0;
      for (let experiment = 0; experiment < experiments; experiment += 1) {
        const random = Random.of(experiment, 'experiment');
        const problems = Array.from({ length: 40 }, () => ofProblems * (2 * random.next() - 1));
        const table = Array.from({ length: 3 }, () => {
          const seed = ofSeeds * (2 * random.next() - 1);
          return problems.map((problem) => Number(random.next() < 0.5 + seed + problem));
        });
        const { low, high } = intervalOf(table, 100, experiment) ?? { low: NaN, high: NaN };
        if (low <= 0.5 && 0.5 <= high) held += 1;
      }
      expect(held / experiments).toBeGreaterThan(0.92);
    }
  });
});
