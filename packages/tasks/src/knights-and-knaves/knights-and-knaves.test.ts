import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { knightsAndKnaves, worldsOf } from './knights-and-knaves.js';

describeSuite(knightsAndKnaves.suite(), {
  keys: ['68ea53a5bdd6a84a', '8a584b43e287cd36', '422955b6f07039dc', '13d19360fa97e441', 'c11beb3e9ce62ccc'],
  // Exactly one world fits, and it is the gold answer.
  check: ({ data, answer, level }) => {
    const worlds = [...worldsOf(data)];
    expect(worlds).toHaveLength(1);
    expect(data.names).toHaveLength(level + 1);
    const knights = data.names.filter((_, index) => worlds[0]![index]);
    expect(knights.sort().join(', ') || 'nobody').toBe(answer);
  },
});
