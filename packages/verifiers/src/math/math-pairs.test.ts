import { expect, test } from 'vitest';
import { mathEquivalent } from './grade-math.js';
import { differentPairs } from './testing/different-pairs.js';
import { equalPairs } from './testing/equal-pairs.js';

/** The pairs that are not judged as expected, either way round. */
function misjudged(pairs: readonly (readonly [string, string])[], expected: boolean): string[] {
  return pairs.flatMap(([one, other]) => {
    const verdicts = [mathEquivalent(one, other), mathEquivalent(other, one)];
    return verdicts.every((verdict) => verdict === expected) ? [] : [`${one}  |  ${other}  (${verdicts.join(', ')})`];
  });
}

test.each(Object.entries(equalPairs))('equal: %s', (_, pairs) => {
  expect(misjudged(pairs, true)).toEqual([]);
});

test.each(Object.entries(differentPairs))('different: %s', (_, pairs) => {
  expect(misjudged(pairs, false)).toEqual([]);
});

test('there are at least 400 pairs', () => {
  const count = [equalPairs, differentPairs].flatMap((pairs) => Object.values(pairs).flat()).length;
  expect(count).toBeGreaterThanOrEqual(400);
});
