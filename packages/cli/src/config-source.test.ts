import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@rsim/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config-source.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each([
  ['run.yaml', 'seed: 3\ntraining:\n  iterations: 4\n'],
  ['run.json', '{"seed": 3, "training": {"iterations": 4}}'],
  ['run.mjs', 'export default { seed: 3, training: { iterations: 4 } };'],
  ['run.ts', 'const seed: number = 3;\nexport default { seed, training: { iterations: 4 } };'],
])('reads %s', async (name, content) => {
  const source = await readConfig(file(name, content), []);
  expect(source).toMatchObject({ value: { seed: 3, training: { iterations: 4 } }, folder });
});

test('overrides one value and leaves the rest', async () => {
  const path = file('run.yaml', 'seed: 3\nsuites: [a, b]\ntraining: {iterations: 4, groups: 8}\n');
  const overrides = ['training.iterations=40', 'suites.1=c', 'new.place=[1, 2]', 'name=a=b'];
  const { value } = await readConfig(path, overrides);
  expect(value).toEqual({
    seed: 3,
    suites: ['a', 'c'],
    training: { iterations: 40, groups: 8 },
    new: { place: [1, 2] },
    name: 'a=b',
  });
});

test.each(['seed', '=3', 'a..b=1', '__proto__.polluted=1'])('refuses the override %s', async (assignment) => {
  await expect(readConfig(file('run.json', '{}'), [assignment])).rejects.toBeInstanceOf(ConfigError);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('refuses a place that a list does not have', async () => {
  const path = file('run.json', '{"suites": ["a"]}');
  await expect(readConfig(path, ['suites.2=c'])).rejects.toThrow(/a list of 1 has no place "2"/);
  await expect(readConfig(path, ['suites.first=c'])).rejects.toThrow(/no place "first"/);
  expect((await readConfig(path, ['suites.1=b'])).value).toEqual({ suites: ['a', 'b'] });
});

test('names a file that is missing or broken', async () => {
  await expect(readConfig(join(folder, 'none.yaml'), [])).rejects.toThrow(
    /there is no configuration file .*none\.yaml/,
  );
  await expect(readConfig(file('bad.json', '{"seed": '), [])).rejects.toThrow(
    /cannot read the configuration .*bad\.json/,
  );
  await expect(readConfig(file('empty.mjs', ''), [])).rejects.toThrow(/no default export/);
});
