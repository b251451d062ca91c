import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineTail } from './line-tail.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-tail-'));
  path = join(folder, 'lines.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const tail = () => new LineTail(path, (json) => (typeof json === 'string' ? json : null));

test('however a file grows, every line is read once and in order', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.array(fc.nat(200), { maxLength: 6 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const ends = [...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
      rmSync(path, { force: true });
      const reader = tail();
      const read = ends.flatMap((end, index) => {
        appendFileSync(path, bytes.subarray(ends[index - 1] ?? 0, end));
        return reader.read().records;
      });
      expect(read).toEqual(lines);
    }),
    { numRuns: 60 },
  );
});

test('lines that are no record are counted and left out', () => {
  writeFileSync(path, '"a"\n{"torn\n7\n\n"b"\n"unfinis');
  expect(tail().read()).toEqual({ records: ['a', 'b'], damaged: 3, restarted: false });
});

test('a file that is not there has nothing, and one that was replaced or cut is read anew', () => {
  const reader = tail();
  expect(reader.read()).toEqual({ records: [], damaged: 0, restarted: false });
  writeFileSync(path, '"a"\n"b"\n');
  expect(reader.read().records).toEqual(['a', 'b']);
  writeFileSync(path, '"c"\n');
  expect(reader.read()).toEqual({ records: ['c'], damaged: 0, restarted: true });
  rmSync(path);
  expect(reader.read()).toEqual({ records: [], damaged: 0, restarted: false });
});
