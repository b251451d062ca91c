import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuantity, verifyNumber } from './quantity.js';

const value = (text: string) => {
  const read = readQuantity(text);
  return read && read.number * read.factor;
};

describe('readQuantity', () => {
  it.each([
    ['42', 42],
    ['42.', 42],
    ['1,234,567.5', 1_234_567.5],
    ['.5', 0.5],
    ['-3', -3],
    ['−3', -3],
    ['+3', 3],
    ['(1,234)', -1234],
    ['($1,234)', -1234],
    ['$(1,234)', -1234],
    ['$ 1,452.4', 1452.4],
    ['-$5', -5],
    ['$-5', -5],
    ['\\$5', 5],
    ['5 dollars', 5],
    ['€3 million', 3e6],
    ['3 million euros', 3e6],
    ['12%', 0.12],
    ['12 \\%', 0.12],
    ['(12)%', -0.12],
    ['(12%)', -0.12],
    ['12 percent', 0.12],
    ['1.5k', 1500],
    ['2 thousand', 2000],
    ['2.5 Billion', 2.5e9],
    ['1 trillion', 1e12],
    ['1e3', 1000],
    ['1.5E-3', 0.0015],
  ])('reads %s', (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 10);
  });

  it.each([
    '',
    '.',
    '-',
    '1,23',
    '12,34,567',
    '1 2',
    '3 apples',
    'x=3',
    '1/2',
    '(3',
    '3)',
    '((3))',
    '--3',
    '3--',
    '1.2.3',
    '0x10',
    '3 millionaires',
    '1e9999',
    '5 % %',
    'NaN',
    'Infinity',
  ])('reads no number in %j', (text) => {
    expect(readQuantity(text)).toBeNull();
  });

  it('reads back what it is given', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (number) => {
        const plain = readQuantity(String(number));
        const grouped = readQuantity(number.toLocaleString('en-US'));
        return plain?.number === number && grouped?.number === number;
      }),
    );
  });
});

describe('verifyNumber', () => {
  it.each([
    [0.12, '12%', {}, 'correct'],
    [0.12, '12', {}, 'wrong'],
    [1e6, '$1 million', {}, 'correct'],
    [0.3, '0.30000000000000004', {}, 'correct'],
    [100, '101', { relative: 0.01 }, 'correct'],
    [100, '101.1', { relative: 0.01 }, 'wrong'],
    [100, '100.5', { absolute: 0.5 }, 'correct'],
    [100, '\\boxed{100}', {}, 'correct'],
    [100, 'about 100', {}, 'unparsed'],
    [0, '-0', {}, 'correct'],
  ] as const)('gold %s, answer %j, %j: %s', (gold, answer, tolerance, status) => {
    expect(verifyNumber(gold, answer, tolerance).status).toBe(status);
  });
});
