import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { limited, readEvents, readLines } from './body-lines.js';

/** The bytes of `text`, cut anywhere. */
async function* cut(text: string, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
  for (const [index, end] of ends.entries()) yield bytes.subarray(ends[index - 1] ?? 0, end);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const places = fc.array(fc.nat(500), { maxLength: 12 });
const plain = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', ':', 'data:', '{'), maxLength: 8 });
const ends = fc.constantFrom('\n', '\r\n', '\r');

describe('readLines', () => {
  it('gives the same lines wherever the bytes are cut, with any line ends', async () => {
    const line = plain.filter((text) => text !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), ends, places, async (lines, end, where) => {
        expect(await all(readLines(cut(lines.map((text) => text + end).join(''), where)))).toEqual(lines);
        expect(await all(readLines(cut(lines.join(end), where)))).toEqual(lines);
      }),
    );
  });

  it('does not take in what never ends, or is no text', async () => {
    await expect(all(readLines(cut('a'.repeat(2 ** 20 + 1), [])))).rejects.toThrow(/a line of more than/);
    await expect(all(limited(cut('abc', [1]), 2))).rejects.toThrow(/more than 2 bytes/);
    const broken = (async function* () {
      yield Uint8Array.of(0x61, 0xff);
    })();
    await expect(all(readLines(broken))).rejects.toThrow(TypeError);
  });
});

describe('readEvents', () => {
  it('gives the data of every whole event, wherever the bytes are cut', async () => {
    const event = fc.array(plain, { minLength: 1, maxLength: 3 });
    const noise = fc.constantFrom('', ': a comment', 'event: x', 'id: 1', 'retry: 5');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(event, noise), { maxLength: 6 }), ends, places, async (events, end, where) => {
        const text = events
          .map(([data, other]) =>
            [...(other === '' ? [] : [other]), ...data.map((line) => `data: ${line}`), '', ''].join(end),
          )
          .join('');
        expect(await all(readEvents(cut(text, where)))).toEqual(events.map(([data]) => data.join('\n')));
      }),
    );
  });

  it('drops an event that is cut off, but not an end mark', async () => {
    expect(await all(readEvents(cut('data:1\n\ndata: {"a"', [])))).toEqual(['1']);
    for (const end of ['', '\n', '\r\n', '\n\n']) {
      expect(await all(readEvents(cut(`data:1\n\ndata: [DONE]${end}`, [])))).toEqual(['1', '[DONE]']);
    }
  });
});
