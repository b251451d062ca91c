import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolderError } from '@rsim/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JsonLines, readJsonLines } from './json-lines.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-json-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('reads back what was appended, whatever the text', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (records) => {
      const path = join(folder, 'records.jsonl');
      rmSync(path, { force: true });
      {
        using lines = JsonLines.open(path, { flush: false });
        for (const record of records) lines.append(record);
      }
      expect(readJsonLines(path)).toEqual(JSON.parse(JSON.stringify(records)));
    }),
    { numRuns: 50 },
  );
});

test('a crash at any byte of the last record loses that record alone, and appending goes on', () => {
  const whole = Buffer.from('{"n":1}\n{"n":2}\n{"wörd":"三"}\n');
  const lastStart = '{"n":1}\n{"n":2}\n'.length;
  for (let cut = lastStart; cut < whole.length; cut += 1) {
    const path = join(folder, `torn-${cut}.jsonl`);
    writeFileSync(path, whole.subarray(0, cut));
    expect(readJsonLines(path)).toEqual([{ n: 1 }, { n: 2 }]);
    {
      using lines = JsonLines.open(path, { flush: true });
      lines.append({ n: 3 });
    }
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  }
});

// What a full disk does: it takes a part of the record, and then there is room again for a shorter one.
test.skipIf(process.platform === 'win32')('a record that does not fit leaves no part of it behind', () => {
  const path = join(folder, 'full.jsonl');
  const script = `
    import { JsonLines } from ${JSON.stringify(new URL('./json-lines.ts', import.meta.url).href)};
    const lines = JsonLines.open(${JSON.stringify(path)}, { flush: true });
    lines.append({ n: 'x'.repeat(700) });
    try {
      lines.append({ n: 'x'.repeat(700) });
    } catch ({ message }) {
      console.log(message);
    }
    lines.append({ n: 3 });`;
  const flags = '--conditions=@rsim/source --import tsx --input-type=module --eval';
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" ${flags} "$1"`;
  const { stdout } = spawnSync('bash', ['-c', limited, process.execPath, script], { encoding: 'utf8' });
  expect(stdout).toMatch(/cannot write .*full\.jsonl: EFBIG/);
  expect(readJsonLines(path)).toEqual([{ n: 'x'.repeat(700) }, { n: 3 }]);
});

test('names file and line of a record that is no JSON', () => {
  const path = join(folder, 'damaged.jsonl');
  writeFileSync(path, '{"n":1}\n{"n":\n{"n":3}\n');
  expect(() => readJsonLines(path)).toThrow(RunFolderError);
  expect(() => readJsonLines(path)).toThrow(/damaged\.jsonl line 2 is no JSON/);
});

test('never changes what is already there', () => {
  const path = join(folder, 'kept.jsonl');
  appendFileSync(path, '{"n":1}\n');
  {
    using first = JsonLines.open(path, { flush: false });
    first.append({ n: 2 });
  }
  expect(readFileSync(path, 'utf8').startsWith('{"n":1}\n')).toBe(true);
});

test('a file that does not exist has no records', () => {
  expect(readJsonLines(join(folder, 'none.jsonl'))).toEqual([]);
});
