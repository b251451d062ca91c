import { formatValue, solve } from '@rsim/microworld';
import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { tableQuestions } from './table-questions.js';

describeSuite(tableQuestions(), {
  keys: ['33aa401e1b90cab6', 'aa75faa1bc6cc7f9', 'b7ab3ff0f8ad6829', '7cf6f3e2222cdffd'],
  // Its followers write in one way only.
  isLenient: false,
  check: ({ data, level, answer }) => {
    expect(data.items).toHaveLength(level);
    expect(formatValue(solve(data)!.get(data.items.at(-1)!.name)!)).toBe(answer);
  },
});
