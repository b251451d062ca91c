import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { fits } from './clue.js';
import { orderingPuzzles, otherOrders } from './ordering-puzzles.js';

describeSuite(orderingPuzzles.suite(), {
  keys: ['0de65c9c6ed1fdbc', '56b869402db538de', '4c1e85c7fa8e5ac4', '691a43fc1749d1fb', '177d726dfb565a96'],
  // Every clue is true and needed, and no other order fits.
  check: ({ data: { names, clues }, answer }) => {
    const truth = names.map((name) => answer.split(', ').indexOf(name));
    expect(clues.every((clue) => fits(clue, truth))).toBe(true);
    const others = otherOrders(names.length);
    expect(others.some((order) => clues.every((clue) => fits(clue, order)))).toBe(false);
    for (const clue of clues) {
      const rest = clues.filter((other) => other !== clue);
      expect(others.some((order) => rest.every((other) => fits(other, order)))).toBe(true);
    }
  },
});
