import { expect } from 'vitest';
import { parseRational, Rational } from '../rational.js';
import { describeSuite } from '../testing/describe-suite.js';
import { equations } from './equations.js';

describeSuite(equations.suite(), {
  keys: ['9a532b05799a837f', '1745c95f32ca93c9', '4f56c9ed944a30fb', 'ec9c3ccd7045105a', 'ddba7b86ff69083a'],
  // Put into the equation, each solution makes it true; there are never more than the degree allows.
  check: ({ data: [a, b, c], answer }) => {
    const solutions = answer.split(', ').map((text) => parseRational(text)!);
    for (const x of solutions) {
      const value = Rational.of(a).times(x).plus(Rational.of(b)).times(x).plus(Rational.of(c));
      expect(String(value)).toBe('0');
    }
    const isDouble = b * b === 4 * a * c;
    expect(solutions).toHaveLength(a === 0 || isDouble ? 1 : 2);
  },
});
