import { MASKED } from '@rsim/lm/graph-layout';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { KvCache } from './kv-cache.js';
import { randomModel } from './fixtures.js';

const { config } = randomModel(1);
const headSize = config.hiddenSize / config.heads;
const width = 2 * config.layers * config.hiddenSize;

/** The token number `id` as the graph would put it out: every number of it tells where it belongs. */
const tokenRow = (id: number): Float32Array => Float32Array.from({ length: width }, (_, index) => id * 1000 + index);

/** Reads back which tokens a row holds, checking each number of keys and values. */
function read(cache: KvCache, rows: number, row: number): number[] {
  const { length, keys, values, mask } = cache.views(rows);
  const seen = [...mask.subarray(row * length, (row + 1) * length)];
  const count = seen.indexOf(MASKED) < 0 ? length : seen.indexOf(MASKED);
  expect(seen.slice(0, count).every((value) => value === 0)).toBe(true);
  expect(seen.slice(count).every((value) => value === MASKED)).toBe(true);
  return Array.from({ length: count }, (_, position) => {
    const found = new Float32Array(width);
    for (let layer = 0; layer < config.layers; layer += 1) {
      for (let channel = 0; channel < config.hiddenSize; channel += 1) {
        const [head, place] = [Math.floor(channel / headSize), channel % headSize];
        const key = keys[layer]?.[(row * config.hiddenSize + channel) * length + position] as number;
        const value = values[layer]?.[((row * config.heads + head) * length + position) * headSize + place] as number;
        found[2 * layer * config.hiddenSize + channel] = key;
        found[(2 * layer + 1) * config.hiddenSize + channel] = value;
      }
    }
    const id = Math.floor((found[0] as number) / 1000);
    expect(found).toEqual(tokenRow(id));
    return id;
  });
}

const operation = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('add' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      row: fc.nat(),
      count: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), row: fc.nat(), other: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy' as const), row: fc.nat(), other: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

describe('KvCache', () => {
  it('keeps what each row holds while rows grow, are added, exchanged and copied', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const cache = new KvCache(config);
        let rows: number[][] = [];
        let next = 1;
        for (const each of operations) {
          const place = 'row' in each ? each.row % Math.max(1, rows.length) : 0;
          const other = 'other' in each ? each.other % Math.max(1, rows.length) : 0;
          if (each.kind === 'clear') {
            cache.clear();
            rows = [];
          } else if (each.kind === 'add') {
            cache.reserve(rows.length + 1, 1);
            cache.erase(rows.length);
            rows.push([]);
          } else if (rows.length === 0) {
            continue;
          } else if (each.kind === 'write') {
            const row = rows[place] as number[];
            cache.reserve(rows.length, row.length + each.count);
            for (let index = 0; index < each.count; index += 1) {
              cache.write(place, row.length, tokenRow(next), 0);
              row.push(next);
              next += 1;
            }
          } else if (each.kind === 'swap') {
            cache.swap(place, other);
            [rows[place], rows[other]] = [rows[other] as number[], rows[place] as number[]];
          } else {
            cache.copy(place, other);
            rows[other] = [...(rows[place] as number[])];
          }
        }
        rows.forEach((row, place) => {
          expect(read(cache, rows.length, place)).toEqual(row);
        });
      }),
      { numRuns: 60 },
    );
  });
});
