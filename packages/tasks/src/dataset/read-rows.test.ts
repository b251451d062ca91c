import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ProblemError } from '@rsim/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRows } from './read-rows.js';

const rows = [
  { question: 'one and one?', answer: 2 },
  { question: 'éà?', answer: 3 },
];
const lines = rows.map((row) => JSON.stringify(row)).join('\r\n');

/** Three rows as pyarrow writes them: question (text), answer (64-bit integer, the last 2^60), choices (list of text). */
const parquet = Buffer.from(
  'UEFSMRUEFVIVUEwVBhUAEgAAKTwMAAAAb25lIGFuZCBvbmU/ARAIdHdvBRAwdHdvPwUAAADDqcOgPxUAFRQVGCwVBhUQFQYVBhwAAAAKJAIAAAAGAQIDJAAVBBUw' +
    'FS5MFQYVABIAABgEAgAJATwEAAAAAAAAAAAAAAAAAAAQFQAVFBUYLBUGFRAVBhUGHAAAAAokAgAAAAYBAgMkABUEFR4VIkwVBhUAEgAADzgBAAAAYQEAAABiAQAA' +
    'AGMVABUiFSYsFQgVEBUGFQYcAAAAEUACAAAAAwIDAAAAA98AAgMkABUEGWw1ABgGc2NoZW1hFQYAFQwlAhgIcXVlc3Rpb24lAEwcAAAAFQQlAhgGYW5zd2VyADUC' +
    'GAdjaG9pY2VzFQIVBkw8AAAANQQYBGxpc3QVAgAVDCUCGAdlbGVtZW50JQBMHAAAABYGGRwZPCYAHBUMGTUABhAZGAhxdWVzdGlvbhUCFgYWqAEWqgEmdCYIKSwV' +
    'BBUAFQIAFQAVEBUCADwWOhkGGSYABgAAACYAHBUEGTUABhAZGAZhbnN3ZXIVAhYGFoYBFogBJvwBJrIBKSwVBBUAFQIAFQAVEBUCADwpBhkmAAYAAAAmABwVDBk1' +
    'AAYQGTgHY2hvaWNlcwRsaXN0B2VsZW1lbnQVAhYIFoIBFooBJvgCJroCKSwVBBUAFQIAFQAVEBUCADwWBhkmBgIZRgACAAYAAAAWsAMWBiYIFrwDACggcGFycXVl' +
    'dC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZPBwAABwAABwAAAByAQAAUEFSMQ==',
  'base64',
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-rows-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readRows', () => {
  it.each<[string, string | Buffer]>([
    ['rows.jsonl', lines],
    ['gap.jsonl', `\uFEFF${lines.replace('\r\n', '\n\n')}\n`],
    ['rows.json', JSON.stringify(rows, null, 2)],
    ['rows.jsonl.gz', gzipSync(lines)],
    ['rows.json.gz', gzipSync(JSON.stringify(rows))],
  ])('reads %s', async (name, content) => {
    const read = await readRows(file(name, content));
    expect(read.map(({ value }) => value)).toEqual(rows);
    expect(read[1]?.place).toMatch(new RegExp(`^${name}, (line|row) ${name.startsWith('gap') ? 3 : 2}$`));
  });

  it('reads parquet, with whole numbers as numbers where they fit', async () => {
    expect(await readRows(file('rows.parquet', parquet))).toEqual([
      { value: { question: 'one and one?', answer: 2, choices: ['a', 'b'] }, place: 'rows.parquet, row 1' },
      { value: { question: 'two and two?', answer: 4, choices: [] }, place: 'rows.parquet, row 2' },
      { value: { question: 'éà?', answer: String(2n ** 60n), choices: ['c'] }, place: 'rows.parquet, row 3' },
    ]);
  });

  it('reads a folder by path, one problem a file as MATH has them', async () => {
    mkdirSync(join(folder, 'algebra'));
    file('algebra/2.json', '{"n":2}');
    file('algebra/1.json', '{"n":1}');
    file('algebra/notes.txt', 'no rows');
    expect((await readRows(join(folder, 'algebra'))).map(({ value }) => value)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['broken.jsonl', '{"a":1}\n{"a":', /broken\.jsonl, line 2 cannot be read/],
    ['broken.json', '[1,', /broken\.json cannot be read/],
    ['broken.jsonl.gz', gzipSync(lines).subarray(0, 30), /broken\.jsonl\.gz cannot be read/],
    ['broken.parquet', parquet.subarray(0, 300), /broken\.parquet cannot be read/],
    ['rows.xlsx', '', /its format is unknown/],
  ])('names what is wrong with %s', async (name, content, message) => {
    await expect(readRows(file(name, content))).rejects.toThrow(message);
    await expect(readRows(join(folder, name))).rejects.toThrow(ProblemError);
  });

  it('refuses what is missing, empty or too large, also only when unpacked', async () => {
    await expect(readRows(join(folder, 'none.jsonl'))).rejects.toThrow(/no such file/);
    mkdirSync(join(folder, 'empty'));
    await expect(readRows(join(folder, 'empty'))).rejects.toThrow(/no data file/);
    await expect(readRows(file('large.jsonl', lines), 10)).rejects.toThrow(/larger than 10 bytes/);
    await expect(readRows(file('bomb.jsonl.gz', gzipSync(Buffer.alloc(100_000))), 1000)).rejects.toThrow(
      /larger than 1000 bytes/,
    );
  });

  it('reads or refuses damaged files, and does nothing else', async () => {
    const damage = fc.tuple(fc.nat(parquet.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(parquet);
        for (const [at, value] of changes) bytes[at] = value;
        const outcome = await readRows(file('damaged.parquet', bytes)).catch((error: unknown) => error);
        return Array.isArray(outcome) || outcome instanceof ProblemError;
      }),
    );
  });
});
