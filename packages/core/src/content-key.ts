import { createHash } from 'node:crypto';
import type { Problem, Split } from './problem.js';

/**
 * The key of a problem: the first 16 hexadecimal characters of the SHA-256 of its suite and question. White space is
 * folded first, so that two questions a reader cannot tell apart are one problem.
 */
export function contentKey(suite: string, question: string): string {
  const folded = question.replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(`${suite}\n${folded}`).digest('hex').slice(0, 16);
}

/**
 * The split a problem belongs to: by its key alone, so that the splits are disjoint wherever and whenever the problem
 * was made. 80 % train, 10 % validation, 10 % test.
 *
 * @throws RangeError when `key` does not start with eight hexadecimal characters.
 */
export function splitOf(key: string): Split {
  if (!/^[0-9a-f]{8}/.test(key)) throw new RangeError(`splitOf: "${key}" is not a content key`);
  const bucket = Number.parseInt(key.slice(0, 8), 16) % 10;
  if (bucket === 9) return 'test';
  return bucket === 8 ? 'validation' : 'train';
}

/** The split of a problem: what its source says, else by its key. */
export function splitOfProblem({ key, split }: Pick<Problem, 'key' | 'split'>): Split {
  return split ?? splitOf(key);
}
