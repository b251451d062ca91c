import { formatValue, solve } from '@rsim/microworld';
import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { wordProblems } from './word-problems.js';

describeSuite(wordProblems(), {
  keys: ['46bb01af45a28e05', '0df8ac8b9e1da543', 'e3196f02a3121de9', 'f575897a81da1d72'],
  // Its followers write in one way only.
  isLenient: false,
  check: ({ data, level, answer }) => {
    expect(data.items).toHaveLength(level);
    expect(formatValue(solve(data)!.get(data.items.at(-1)!.name)!)).toBe(answer);
  },
});
