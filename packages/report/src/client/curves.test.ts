import { expect, test } from 'vitest';
import type { Point, RunData } from '../report-data.js';
import { curveOf, piecesOf, spreadOf, stagesOf, tracksOf } from './curves.js';

const run = (...points: Point[]) => ({ points }) as unknown as RunData;
const point = (stage: string, iteration: number, accuracy: number): Point => ({
  stage,
  iteration,
  values: { accuracy },
});
const plain = { smoothing: 0, band: 'interval' } as const;

test('stages follow each other, each as long as in the longest run', () => {
  const runs = [
    run(point('warm', 1, 0), point('real', 1, 0)),
    run(point('warm', 3, 0), { ...point('off', 9, 0), values: {} }),
  ];
  expect(stagesOf(runs, ['accuracy'])).toEqual([
    { name: 'warm', from: 0, length: 3 },
    { name: 'real', from: 3, length: 1 },
  ]);
});

test('configurations that share no stage begin side by side, the others go through the same ones', () => {
  const warm = [run(point('warm', 2, 0), point('real', 1, 0))];
  const cold = [run(point('real', 3, 0))];
  const joint = [run(point('all', 9, 0))];
  const [one, two, three] = tracksOf([warm, cold, joint], ['accuracy']);
  expect(one).toEqual([
    { name: 'warm', from: 0, length: 2 },
    { name: 'real', from: 2, length: 3 },
  ]);
  expect(two).toBe(one);
  expect(three).toEqual([{ name: 'all', from: 0, length: 9 }]);
});

test('seeds become their mean and Student’s interval of it', () => {
  const seeds = [0.1, 0.2, 0.3].map((accuracy) => run(point('real', 1, accuracy)));
  const { x, mean, low, high, ends } = curveOf(seeds, 'accuracy', stagesOf(seeds, ['accuracy']), plain);
  expect(x).toEqual([1]);
  expect(mean[0]).toBeCloseTo(0.2);
  // 4.303 is the 97.5 % quantile of t with 2 degrees of freedom; the standard error is 0.1 / √3.
  expect((high[0] as number) - (mean[0] as number)).toBeCloseTo((4.303 * 0.1) / Math.sqrt(3), 4);
  expect((mean[0] as number) - (low[0] as number)).toBeCloseTo((4.303 * 0.1) / Math.sqrt(3), 4);
  expect(ends).toEqual([0.1, 0.3]);
  expect(spreadOf([1, 5], 'range')).toEqual({ mean: 3, low: 1, high: 5 });
  expect(spreadOf([4], 'interval')).toEqual({ mean: 4, low: 4, high: 4 });
});

test('smoothing averages within a stage and keeps what was measured', () => {
  const seeds = [run(point('a', 1, 0), point('a', 2, 3), point('b', 1, 9))];
  const curve = curveOf(seeds, 'accuracy', stagesOf(seeds, ['accuracy']), { ...plain, smoothing: 1 });
  expect(curve.mean).toEqual([1.5, 1.5, 9]);
  expect(curve.raw).toEqual([0, 3, 9]);
});

test('a line breaks where a whole stage lies between two points', () => {
  const stages = ['a', 'b', 'c'].map((name, place) => ({ name, from: 2 * place, length: 2 }));
  expect(piecesOf({ x: [1, 2, 5, 6] }, stages)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(piecesOf({ x: [1, 2, 3, 6] }, stages)).toEqual([[0, 1, 2, 3]]);
});
