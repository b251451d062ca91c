import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random, seedOf } from './random.js';

const part = fc.oneof(fc.string({ maxLength: 8 }), fc.integer());
const name = fc.tuple(fc.nat(), fc.array(part, { maxLength: 4 }));
const draw = (random: Random, count = 8): number[] => Array.from({ length: count }, () => random.next());

test('a stream is its name: the same numbers every time, others for every other name', () => {
  fc.assert(
    fc.property(name, name, ([seed, parts], [otherSeed, otherParts]) => {
      const numbers = draw(Random.of(seed, ...parts));
      expect(draw(Random.of(seed, ...parts))).toEqual(numbers);
      const isSame = JSON.stringify([seed, parts]) === JSON.stringify([otherSeed, otherParts]);
      const other = draw(Random.of(otherSeed, ...otherParts));
      if (!isSame) expect(other).not.toEqual(numbers);
    }),
  );
});

test('the parts of a name do not run into each other, nor do numbers and texts', () => {
  const names = [['ab'], ['a', 'b'], ['a', 'b', ''], ['1'], [1], []] as const;
  expect(new Set(names.map((parts) => seedOf(7, ...parts))).size).toBe(names.length);
});

test('drawing from one stream does not move another', () => {
  const [first, second] = [Random.of(1, 'a'), Random.of(1, 'b')];
  const mixed = Array.from({ length: 8 }, () => [first.next(), second.next()]);
  expect(mixed.map(([value]) => value)).toEqual(draw(Random.of(1, 'a')));
  expect(mixed.map(([, value]) => value)).toEqual(draw(Random.of(1, 'b')));
});

test('streams of neighbouring names are uncorrelated and uniform', () => {
  const streams = Array.from({ length: 4000 }, (_, sample) => draw(Random.of(3, 'problem', sample), 2));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const firsts = streams.map(([value]) => value as number);
  const neighbours = firsts.slice(1).map((value, index) => (value - 0.5) * ((firsts[index] as number) - 0.5));
  const own = streams.map(([one, two]) => ((one as number) - 0.5) * ((two as number) - 0.5));
  // Four standard errors: 1/√12 for the mean, 1/12 for the products.
  expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 4000));
  expect(Math.abs(mean(neighbours))).toBeLessThan(4 / (12 * Math.sqrt(4000)));
  expect(Math.abs(mean(own))).toBeLessThan(4 / (12 * Math.sqrt(4000)));
});

test('seeds stay what they are from version to version', () => {
  expect(seedOf(1, 'problem', 0)).toBe(2_443_458_332);
  expect(Random.of(1, 'problem').integer(0, 999_999)).toBe(758_302);
});

test('integers keep to their bounds and reach them', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer(), fc.nat(1000), (seed, low, span) => {
      const value = Random.of(seed).integer(low, low + span);
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(low + span);
    }),
  );
  const random = Random.of(1);
  expect(new Set(Array.from({ length: 100 }, () => random.integer(2, 4)))).toEqual(new Set([2, 3, 4]));
});

test('a weighted choice never has weight 0, and follows the weights', () => {
  const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 10, noNaN: true }));
  fc.assert(
    fc.property(fc.nat(), fc.array(weight, { minLength: 1, maxLength: 9 }), (seed, weights) => {
      fc.pre(weights.some((value) => value > 0));
      expect(weights[Random.of(seed).weighted(weights)]).toBeGreaterThan(0);
    }),
  );
  const random = Random.of(5);
  const hits = Array.from({ length: 4000 }, () => random.weighted([1, 0, 3])).filter((index) => index === 2).length;
  expect(Math.abs(hits / 4000 - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / 4000));
});

test('a shuffle is a permutation, a sample has different members', () => {
  const items = fc.uniqueArray(fc.integer(), { maxLength: 30 });
  fc.assert(
    fc.property(fc.nat(), items, fc.nat(30), (seed, members, wanted) => {
      expect([...Random.of(seed).shuffle(members)].sort()).toEqual([...members].sort());
      const count = Math.min(wanted, members.length);
      const sample = Random.of(seed).sample(members, count);
      expect(new Set(sample).size).toBe(count);
      expect(sample.every((member) => members.includes(member))).toBe(true);
    }),
  );
});

test('what cannot be drawn is refused', () => {
  const random = Random.of(1);
  expect(() => random.pick([])).toThrow(RangeError);
  expect(() => random.integer(2, 1)).toThrow(RangeError);
  expect(() => random.integer(0, 0.5)).toThrow(RangeError);
  expect(() => random.sample([1], 2)).toThrow(RangeError);
  for (const weights of [[], [0, 0], [1, -1], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
    expect(() => random.weighted(weights)).toThrow(RangeError);
  }
});
