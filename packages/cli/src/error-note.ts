import { mostErrorsKept, type ResultRow } from '@rsim/evaluation';

/** What to know of rows with more errors than a cell that is kept may have; `null` where there are none. */
export function errorNote(rows: readonly ResultRow[]): string | null {
  const erring = rows.filter(({ errors = 0, n }) => errors > mostErrorsKept * n);
  const [first] = erring;
  if (first === undefined) return null;
  const { follower, suite, policy, seed, errors, n } = first;
  const share = `more than ${100 * mostErrorsKept} % of the problems ended with an error, which counts as wrong`;
  const example = `${follower}, ${suite}, ${policy}, seed ${seed}: ${errors} of ${n}`;
  return `in ${erring.length} of ${rows.length} rows ${share} (${example}); the next evaluation runs them again`;
}
