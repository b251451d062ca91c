import fc from 'fast-check';
import { expect, it } from 'vitest';

import { type CacheArray, type CacheSlice, compact, emptySlice, gather } from './cache-slice.js';

const shapes = [
  { heads: 2, headSize: 3 },
  { heads: 1, headSize: 2 },
];
const create = (length: number): CacheArray => new Float32Array(length);

/** A conversation of `length` tokens of its own, in buffers of its own: every number tells where it belongs. */
function written(id: number, length: number): CacheSlice {
  const buffers = shapes.map(({ heads, headSize }) =>
    Float32Array.from({ length: heads * length * headSize }, (_, index) => id * 10_000 + index),
  );
  return { buffers, row: 0, span: length, start: 0, length };
}

const numbers = (slice: CacheSlice): number[][] => compact(slice, shapes, create).buffers.map((buffer) => [...buffer]);

it('holds each conversation however often it is put beside others and apart again', () => {
  const lengths = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(lengths, fc.array(fc.nat(3), { maxLength: 4 }), (sizes, rounds) => {
      const slices = sizes.map((length, id) => written(id + 1, length));
      const expected = slices.map(numbers);
      let now = slices;
      for (const extra of rounds) {
        const span = Math.max(...sizes) + extra;
        const buffers = gather(now, span, shapes, create);
        now = now.map(({ length }, row) => ({ buffers, row, span, start: span - length, length }));
        expect(now.map(numbers)).toEqual(expected);
        now.reverse();
        expected.reverse();
      }
    }),
  );
});

it('leaves a conversation alone that has its buffers to itself', () => {
  const alone = written(1, 4);
  expect(compact(alone, shapes, create)).toBe(alone);
  expect(compact({ ...alone, length: 3 }, shapes, create).buffers[0]).toHaveLength(18);
  expect(numbers(emptySlice(2))).toEqual([[], []]);
});
