/** Stand-alone packages, made in an empty folder, checked by the compiler and by their own tests, and loaded by the command. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { afterAll, expect, test } from 'vitest';
import plugin from './plugin.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'rsim-plugin-'));
afterAll(() => rmSync(home, { recursive: true }));

function run(folder: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('one of each kind', { timeout: 180_000 }, async () => {
  const kinds = ['task', 'reward', 'follower'] as const;
  const folderOf = (kind: string) => join(home, `my-${kind}`);
  const make = (kind: string) =>
    plugin(createTreeWithEmptyWorkspace(), { name: `my-${kind}`, kind, directory: folderOf(kind) });
  for (const kind of kinds) {
    await make(kind);
    await expect(make(kind)).rejects.toThrow(/is not empty/);
  }
  // As `npm install` would, without the network.
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  const bin = (path: string) => join(root, 'node_modules', path);

  // Their settings are the same, so that one run of each program stands for all of them.
  for (const file of ['tsconfig.json', 'vitest.config.js']) {
    const [first, ...others] = kinds.map((kind) => readFileSync(join(folderOf(kind), file), 'utf8'));
    for (const other of others) expect(other).toBe(first);
  }
  const config = { extends: './my-task/tsconfig.json', include: kinds.map((kind) => `my-${kind}/src`) };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config));
  expect(run(home, bin('typescript/bin/tsc'), '-p', '.')).toEqual({ status: 0, output: '' });
  const tests = run(home, bin('vitest/vitest.mjs'), 'run', '--root', '.', '--config', 'my-task/vitest.config.js');
  expect(tests).toMatchObject({ status: 0, output: expect.stringMatching(/Test Files .*3 passed/) as string });

  const plugins = kinds.map((kind) => `./my-${kind}/src/index.ts`);
  writeFileSync(join(home, 'rsim.config.yaml'), `plugins: ${JSON.stringify(plugins)}\n`);
  const { output } = run(home, join(root, 'packages/cli/bin/rsim.js'), 'plugins', 'list');
  for (const kind of kinds) expect(output).toMatch(new RegExp(`^ +my-${kind} .*\\(my-${kind}\\)$`, 'm'));
});
