import { expect, test } from 'vitest';
import { sampleMean } from './sample-mean.js';

test('is the mean with Student’s t interval', () => {
  // By hand: mean 3, deviation 1, standard error 1/√3, and the t quantile of two degrees of freedom 4.302653 (any table).
  const { estimate, low, high } = sampleMean([2, 3, 4]);
  expect(estimate).toBe(3);
  expect(high - 3).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  expect(3 - low).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
});

test('values that are alike have no spread, and one value tells none', () => {
  expect(sampleMean([5, 5, 5])).toEqual({ estimate: 5, low: 5, high: 5 });
  expect(sampleMean([5]).low).toBeNaN();
});
