import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { fractions } from './fractions.js';

function quotient(text: string): number {
  const [numerator = NaN, denominator = 1] = text.split('/').map(Number);
  return numerator / denominator;
}

describeSuite(fractions.suite(), {
  keys: ['fe3550afda67c57a', '4c196e222a4acb2c', '098164ca5c19ef91', '6de2477c6b0bcc9c', '19d40d07104bfcf2'],
  // The same calculation in floating point.
  check: ({ data, answer, level }) => {
    const stack: number[] = [];
    for (const part of data) {
      const [right, left] = /[\d]/.test(part) ? [] : [stack.pop()!, stack.pop()!];
      if (left === undefined || right === undefined) stack.push(quotient(part));
      else stack.push({ '+': left + right, '-': left - right, '×': left * right, '÷': left / right }[part]!);
    }
    expect(stack).toHaveLength(1);
    expect(quotient(answer)).toBeCloseTo(stack[0]!, 9);
    expect(data).toHaveLength(2 * level + 1);
  },
});
