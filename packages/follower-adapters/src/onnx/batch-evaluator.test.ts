import { expect, it } from 'vitest';

import { BatchEvaluator, type Evaluated, type Layout } from './batch-evaluator.js';
import type { CausalModel } from './causal-model.js';

const waitingOf = (row: number, length: number, pending: number): Evaluated => ({
  ...{ row, length, last: -1 },
  pending: Array.from({ length: pending }, () => 1),
});
const plan = (layout: Layout, waiting: Evaluated[], vocabulary = 1000): Evaluated[][] =>
  new BatchEvaluator({} as CausalModel, layout, vocabulary).plan(waiting);
const lengths = (groups: Evaluated[][]): string[] =>
  groups.map((group) => group.map(({ length, pending }) => `${length}+${pending.length}`).join(' '));
const waiting = [
  waitingOf(1, 9, 1),
  waitingOf(2, 4, 40),
  waitingOf(4, 5, 1),
  waitingOf(3, 4, 44),
  waitingOf(5, 9, 1),
  waitingOf(0, 0, 400),
];

it('evaluates texts of about the same length together', () => {
  expect(lengths(plan('padded', waiting))).toEqual(['5+1 9+1 9+1', '4+40 4+44', '0+400']);
});

it('evaluates only equal lengths together where the model takes no padding', () => {
  expect(lengths(plan('equal', waiting))).toEqual(['5+1', '9+1 9+1', '4+40', '4+44', '0+400']);
});

it('does not fill up a token that waits alone', () => {
  expect(lengths(plan('in-place', [waitingOf(0, 5, 1), waitingOf(1, 5, 2), waitingOf(2, 5, 4)]))).toEqual([
    '5+1',
    '5+2 5+4',
  ]);
});

it('keeps the logits of a group in bounds', () => {
  const large = plan(
    'padded',
    Array.from({ length: 40 }, (_, row) => waitingOf(row, 4, 40)),
    150_000,
  );
  expect(Math.max(...large.map((group) => group.length * 40 * 150_000))).toBeLessThanOrEqual(2 ** 26);
});
