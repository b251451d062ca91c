import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { distinctNames, groupsOf, readRuns } from './read-runs.js';
import { writeSampleRun } from './testing/sample-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('runs that differ in the seed alone belong together, unless they are to stay apart', () => {
  const paths = ['one', 'two', 'other'].map((name) => join(folder, name));
  writeSampleRun(paths[0] as string, { seed: 1 });
  writeSampleRun(paths[1] as string, { seed: 2 });
  writeSampleRun(paths[2] as string, { seed: 3, config: { temperature: 1 } });
  expect(readRuns(paths).map(({ data }) => data.group)).toEqual([0, 0, 2]);
  expect(readRuns(paths, { apart: true }).map(({ data }) => data.group)).toEqual([0, 1, 2]);
});

test('a configuration that nobody knows is like no other', () => {
  expect(groupsOf([null, null, { seed: 1 }])).toEqual([0, 1, 2]);
});

test('names are as short as they can be', () => {
  expect(distinctNames(['runs/a', 'runs/b/'])).toEqual(['a', 'b']);
  expect(distinctNames(['old/a', 'new/a'])).toEqual(['old/a', 'new/a']);
  expect(distinctNames(['runs/a', 'runs/a'])).toEqual(['a', 'a']);
});

test.each([
  ['nothing', /there is no folder/],
  ['.', /holds nothing of a run/],
])('%s is refused', (name, message) => {
  expect(() => readRuns([join(folder, name)])).toThrow(message);
});
