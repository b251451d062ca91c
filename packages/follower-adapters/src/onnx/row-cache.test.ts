import fc from 'fast-check';
import { expect, it } from 'vitest';

import { type CacheHolder, RowCache } from './row-cache.js';

const shapes = [
  { heads: 2, headSize: 3 },
  { heads: 1, headSize: 2 },
];

/** What `count` positions of the conversation `id` hold: every number tells where it belongs. */
function positions(id: number, start: number, count: number): Float32Array[] {
  return shapes.map(({ heads, headSize }) =>
    Float32Array.from({ length: heads * count * headSize }, (_, index) => {
      const [head, rest] = [Math.floor(index / (count * headSize)), index % (count * headSize)];
      return id * 1e5 + head * 1e4 + start * headSize + rest;
    }),
  );
}

it('holds each conversation whatever happens to its neighbours', () => {
  const action = fc.record({
    kind: fc.constantFrom('add', 'append', 'fork', 'remove', 'exchange'),
    a: fc.nat(),
    b: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const cache = new RowCache(shapes, (length) => new Float32Array(length));
      const held: (CacheHolder & { id: number })[] = [];
      for (const [index, { kind, a, b }] of actions.entries()) {
        const one = held[a % held.length];
        if (kind === 'add') {
          held.push({ row: -1, length: 0, id: index + 1 });
          cache.add(held.at(-1) as CacheHolder);
        } else if (!one) continue;
        else if (kind === 'append') {
          const count = 1 + (b % 20);
          cache.reserve(one.length + count);
          cache.append(positions(one.id, one.length, count), count, [[one, count]]);
        } else if (kind === 'fork') {
          const fork = { row: -1, length: one.length, id: one.id };
          cache.add(fork);
          cache.copy(one, fork, one.length);
          held.push(fork);
        } else if (kind === 'remove') {
          cache.remove(one);
          held.splice(held.indexOf(one), 1);
        } else cache.exchange(one.row, (held[b % held.length] as CacheHolder).row);
      }
      for (const holder of held) {
        expect(cache.gather([holder], holder.length)).toEqual(positions(holder.id, 0, holder.length));
        const [view] = cache.views(holder.row, 1) as [Float32Array];
        expect(view.slice(0, 3 * holder.length)).toEqual(
          positions(holder.id, 0, holder.length)[0]?.slice(0, 3 * holder.length),
        );
      }
      expect(new Set(held.map(({ row }) => row)).size).toBe(held.length);
    }),
  );
});

it('has rows as long as the longest conversation needs, also when a longer one is gone', () => {
  const cache = new RowCache(shapes, (length) => new Float32Array(length));
  const [short, long] = [40, 400].map((length): CacheHolder => ({ row: -1, length }));
  for (const holder of [short, long] as CacheHolder[]) cache.add(holder);
  const before = cache.capacity;
  cache.remove(long as CacheHolder);
  cache.reserve(41);
  expect([before, cache.capacity]).toEqual([416, 64]);
});
