import type { ResultRow } from '@rsim/evaluation';
import { expect, test } from 'vitest';
import { errorNote } from './error-note.js';

const row = (errors: number | undefined) =>
  ({ follower: 'parrot', suite: 'words', policy: 'alone', seed: 7, n: 20, errors }) as ResultRow;

test('rows whose cells were not kept for their errors are told of, others not', () => {
  expect(errorNote([row(undefined), row(0), row(2)])).toBeNull();
  expect(errorNote([row(2), row(3), row(18)])).toBe(
    'in 2 of 3 rows more than 10 % of the problems ended with an error, which counts as wrong ' +
      '(parrot, words, alone, seed 7: 3 of 20); the next evaluation runs them again',
  );
});
