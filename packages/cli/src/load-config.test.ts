import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './load-config.js';

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
  const { config, directory } = await loadConfig(file(name, content), []);
  expect(config).toMatchObject({ seed: 3, training: { iterations: 4 } });
  expect(directory).toBe(folder);
});

test('settings count more than the file', async () => {
  const { config } = await loadConfig(file('run.yaml', 'seed: 3\n'), ['training.iterations=40']);
  expect(config).toMatchObject({ seed: 3, training: { iterations: 40 } });
});

test('names file and field of a value that is wrong', async () => {
  const path = file('wrong.yaml', 'training: {iterations: many}\n');
  await expect(loadConfig(path, [])).rejects.toThrow(/wrong\.yaml: "training\.iterations"/);
});

test('names a file that is missing or broken', async () => {
  await expect(loadConfig(join(folder, 'none.yaml'), [])).rejects.toThrow(
    /there is no configuration file .*none\.yaml/,
  );
  await expect(loadConfig(file('bad.json', '{"seed": '), [])).rejects.toThrow(
    /cannot read the configuration .*bad\.json/,
  );
  await expect(loadConfig(file('empty.mjs', ''), [])).rejects.toThrow(/no default export/);
});
