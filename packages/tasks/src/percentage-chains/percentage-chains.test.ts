import { expect } from 'vitest';
import { parseRational } from '../rational.js';
import { describeSuite } from '../testing/describe-suite.js';
import { percentageChains } from './percentage-chains.js';

describeSuite(percentageChains.suite(), {
  keys: ['8e44965b79dbdf64', '90623b738452280c', '5ef6d57cde94a679', '95e72f22ecc41201', '161125eacdf7cfdc'],
  // The same chain in floating point.
  check: ({ data: { ask, start, changes }, answer, level }) => {
    const growth = changes.reduce((product, change) => product * (1 + change / 100), 1);
    const expected = { final: start * growth, start, overall: 100 * (growth - 1) }[ask];
    const given = Number(parseRational(answer.replace(/[$%]/g, ''))!.toFixed(2));
    expect(Math.abs(given - expected)).toBeLessThanOrEqual(ask === 'overall' ? 0.05 : 0.005);
    expect(changes).toHaveLength(level);
  },
});
