import { formatValue, solve } from '@rsim/microworld';
import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { listPrograms } from './list-programs.js';

describeSuite(listPrograms(), {
  keys: ['2b5dd8fe442fee5b', 'ae0fe9a33f1585ce', 'abca58e6f6c0a9ba', 'e194532752367be2'],
  // Its followers write in one way only.
  isLenient: false,
  check: ({ data, level, answer }) => {
    expect(data.items).toHaveLength(level);
    expect(formatValue(solve(data)!.get(data.items.at(-1)!.name)!)).toBe(answer);
  },
});
