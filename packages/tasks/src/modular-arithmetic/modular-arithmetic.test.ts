import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { modularArithmetic } from './modular-arithmetic.js';

describeSuite(modularArithmetic.suite(), {
  keys: ['1ba9f2f8191c9c25', '1f3b7b88b012c9c3', '372eebb18fdacc23', '533358fce125ac5c', '82db12779481d8a8'],
  // Every smaller number fails.
  check: ({ data: { congruences }, answer }) => {
    const fits = (x: number) =>
      congruences.every(({ factor, remainder, modulus }) => (factor * x) % modulus === remainder % modulus);
    let smallest = 0;
    while (!fits(smallest)) smallest += 1;
    expect(String(smallest)).toBe(answer);
  },
});
