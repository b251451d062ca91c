import { ConfigError } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import type { AccuracyMatrix } from './accuracy-matrix.js';
import { matrixSections } from './matrix-table.js';
import { comparableMatrices, summariseMatrices } from './summary.js';

const tasks = ['a', 'b'];
const problems = { a: ['a1', 'a2', 'a3', 'a4'], b: ['b1', 'b2', 'b3', 'b4'] };

/** A run from the digits of each row, e.g. `1100 0000`. */
function run(changes: Partial<AccuracyMatrix>, ...rows: readonly string[]): AccuracyMatrix {
  return {
    ...{ schema: 'rsim.continual/1', order: 'sequential', method: 'naive', seed: 1, follower: 'f', split: 'test' },
    ...{ tasks, problems },
    rows: rows.map((text, step) => {
      const [a, b] = text.split(' ') as [string, string];
      const share = (digits: string) => [...digits].filter((digit) => digit === '1').length / digits.length;
      return { after: step === 0 ? null : `step ${step}`, outcomes: { a, b }, accuracy: { a: share(a), b: share(b) } };
    }),
    ...changes,
  };
}

const first = run({}, '0000 0000', '1111 0000', '1100 1111');
const second = run({ seed: 2 }, '0000 0000', '1111 1000', '1111 1110');
const joint = run({ order: 'joint' }, '0000 0000', '1111 1111');

describe('summariseMatrices', () => {
  it('takes the runs of one method together, with Student intervals over their seeds', () => {
    const [naive, reference] = summariseMatrices([first, second, joint], { resamples: 200 });
    expect(naive).toMatchObject({ name: 'naive', seeds: [1, 2] });
    // .75 and .875 on average: mean .8125, deviation .0884, standard error .0625, t(1) = 12.706.
    expect(naive!.metrics.averageAccuracy!.mean).toBeCloseTo(0.8125, 12);
    expect(naive!.metrics.averageAccuracy!.overSeeds!.high).toBeCloseTo(0.8125 + 12.7062 * 0.0625, 4);
    expect(naive!.metrics.forgetting!.mean).toBeCloseTo(0.25, 12);
    expect(naive!.metrics.forwardTransfer!.mean).toBeCloseTo(0.125, 12);
    expect(naive!.metrics.intransigence!.mean).toBeCloseTo((0 + 0 + 0 + 0.25) / 4, 12);
    expect(naive!.shareOfJoint!.mean).toBeCloseTo(0.8125, 12);
    expect(naive!.accuracies[2]).toEqual([0.75, 0.875]);
    expect(reference).toMatchObject({ name: 'joint', seeds: [1] });
    expect(reference!.metrics.forgetting).toBeUndefined();
    expect(reference!.metrics.averageAccuracy!.overSeeds).toBeNull();
  });

  it('resamples problems, the same for every row: what is right everywhere is certain', () => {
    const [naive] = summariseMatrices([first], { resamples: 500 });
    const { low, high } = naive!.metrics.forgetting!.overProblems;
    // Half of four problems of task a were lost: a resample loses 0 to 4 of them.
    expect(low).toBeLessThan(0.25);
    expect(high).toBeGreaterThan(0.75);
    expect(naive!.metrics.plasticity!.overProblems).toEqual({ estimate: 1, low: 1, high: 1 });
  });

  it('refuses runs that cannot be compared', () => {
    const refused = (...runs: AccuracyMatrix[]) => expect(() => summariseMatrices(runs)).toThrow(ConfigError);
    refused(first, first);
    refused(first, run({ seed: 3 }, '0000 0000', '1111 0000'));
    refused(first, { ...second, split: 'validation' });
    refused(first, { ...second, problems: { ...problems, a: ['x1', 'a2', 'a3', 'a4'] } });
  });

  it('sets of what can be compared leave out what is unfinished or there twice', () => {
    const unfinished = run({ seed: 3 }, '0000 0000', '1111 0000');
    const elsewhere = { ...second, split: 'validation' } as const;
    expect(comparableMatrices([unfinished, first, joint, first, elsewhere])).toEqual([[first, joint], [elsewhere]]);
  });

  it('is shown as one table of metrics and one matrix for each method', () => {
    const [metrics, matrix, ...others] = matrixSections(summariseMatrices([first, second, joint]), tasks);
    expect(metrics!.rows.map(([name]) => name)).toEqual(['naive (2)', 'joint (1)']);
    expect(metrics!.title).toContain('of one seed over problems');
    expect(metrics!.rows[1]!.slice(2)).toEqual(['–', '–', '–', '–', '–', expect.stringMatching(/^100\.0 ±/)]);
    expect(matrix!.rows).toEqual([
      ['nothing', '0.0', '0.0'],
      ['step 1', '100.0', '12.5'],
      ['step 2', '75.0', '87.5'],
    ]);
    expect(others).toHaveLength(1);
  });
});
