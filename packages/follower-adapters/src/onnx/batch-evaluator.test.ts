import { expect, it } from 'vitest';

import { BatchEvaluator } from './batch-evaluator.js';
import type { CausalModel } from './causal-model.js';

const lengths = (groups: { pending: number; length: number }[][]): string[] =>
  groups.map((group) => group.map(({ length, pending }) => `${length}+${pending}`).join(' '));
const evaluator = (isPadded: boolean, vocabulary = 1000): BatchEvaluator =>
  new BatchEvaluator({} as CausalModel, isPadded, vocabulary);
const waiting = [
  { session: 1, length: 9, pending: 1 },
  { session: 2, length: 4, pending: 40 },
  { session: 3, length: 5, pending: 1 },
  { session: 4, length: 4, pending: 44 },
  { session: 5, length: 9, pending: 1 },
  { session: 6, length: 0, pending: 400 },
];

it('evaluates those together that one token waits for, and texts of about the same length', () => {
  expect(lengths(evaluator(true).plan(waiting))).toEqual(['5+1 9+1 9+1', '4+40 4+44', '0+400']);
});

it('evaluates only equal lengths together where the model takes no padding', () => {
  expect(lengths(evaluator(false).plan(waiting))).toEqual(['5+1', '9+1 9+1', '4+40', '4+44', '0+400']);
});

it('keeps the logits of a group in bounds', () => {
  const large = evaluator(true, 150_000).plan(
    Array.from({ length: 40 }, (_, session) => ({ ...waiting[1], session }) as (typeof waiting)[0]),
  );
  expect(Math.max(...large.map((group) => group.length * 40 * 150_000))).toBeLessThanOrEqual(2 ** 26);
});
