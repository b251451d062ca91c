import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentKey, splitOf } from './content-key.js';
import { take } from './take.js';

test('the same content has the same key and so the same split', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (suite, question) => {
      const key = contentKey(suite, question);
      expect(key).toMatch(/^[0-9a-f]{16}$/);
      expect(contentKey(suite, `  ${question}\n`)).toBe(key);
      expect(['train', 'validation', 'test']).toContain(splitOf(key));
    }),
  );
});

test('no problem is in two splits, whichever streams made it', () => {
  const question = fc.integer({ min: 0, max: 500 }).map((number) => `How much is ${number} + 1?`);
  fc.assert(
    fc.property(fc.array(question), fc.array(question), (one, other) => {
      const keys = (questions: string[]): string[] => questions.map((text) => contentKey('sums', text));
      const training = new Set(keys(one).filter((key) => splitOf(key) === 'train'));
      const test = keys(other).filter((key) => splitOf(key) === 'test');
      expect(test.filter((key) => training.has(key))).toEqual([]);
    }),
  );
});

test('different suites and questions have different keys', () => {
  const keys = [contentKey('a', 'b'), contentKey('a', 'c'), contentKey('b', 'b'), contentKey('a', 'B')];
  expect(new Set(keys).size).toBe(keys.length);
});

test('splits are 80, 10 and 10 %', () => {
  const splits = Array.from({ length: 5000 }, (_, index) => splitOf(contentKey('suite', `question ${index}`)));
  const share = (split: string): number => splits.filter((one) => one === split).length / splits.length;
  expect(share('train')).toBeCloseTo(0.8, 1);
  expect(share('validation')).toBeCloseTo(0.1, 1);
  expect(share('test')).toBeCloseTo(0.1, 1);
});

test('what is no key has no split', () => {
  expect(() => splitOf('question')).toThrow(RangeError);
});

test('take closes an endless stream after the last one it needs', () => {
  let isClosed = false;
  function* numbers(): Generator<number> {
    try {
      for (let number = 0; ; number += 1) yield number;
    } finally {
      isClosed = true;
    }
  }
  expect(take(numbers(), 3)).toEqual([0, 1, 2]);
  expect(isClosed).toBe(true);
  expect(take([1, 2], 5)).toEqual([1, 2]);
  expect(take(numbers(), 0)).toEqual([]);
});
