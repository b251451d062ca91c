import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { compoundInterest } from './compound-interest.js';

describeSuite(compoundInterest.suite(), {
  keys: ['7a7b749ad60bdac3', '6db2c7ecc454819c', 'bc589b4feb82e923', 'de32782cef37a982', '11bce3f8c8aab11c'],
  // The same account in floating point, period by period.
  check: ({ data: { ask, plan, years, target }, answer }) => {
    const balances = [plan.start];
    for (const rate of plan.rates) {
      for (let year = 0; year < years; year += 1) {
        let balance = balances.at(-1)!;
        for (let period = 0; period < plan.periods; period += 1) balance *= 1 + rate / 100 / plan.periods;
        balances.push(balance + plan.payment);
      }
    }
    if (ask === 'years') {
      expect(balances.findIndex((balance) => balance >= target!)).toBe(Number(answer));
    } else {
      const expected = balances.at(-1)! - (ask === 'interest' ? plan.start : 0);
      expect(Math.abs(Number(answer.replace('$', '')) - expected)).toBeLessThanOrEqual(0.005);
    }
  },
});
