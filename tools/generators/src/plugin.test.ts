/** Stand-alone packages, made in an empty folder, checked by the compiler and by their own tests, and loaded by the command. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

test.each(['task', 'reward', 'follower'] as const)('a %s of its own', { timeout: 180_000 }, async (kind) => {
  const name = `my-${kind}`;
  const folder = join(home, name);
  await plugin(createTreeWithEmptyWorkspace(), { name, kind, directory: folder });
  // As `npm install` would, without the network.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const bin = (path: string) => join(root, 'node_modules', path);
  expect(run(folder, bin('typescript/bin/tsc'), '-p', '.')).toEqual({ status: 0, output: '' });
  expect(run(folder, bin('vitest/vitest.mjs'), 'run')).toMatchObject({ status: 0 });
  writeFileSync(join(folder, 'rsim.config.yaml'), 'plugins: [./src/index.ts]\n');
  const shown = run(folder, join(root, 'packages/cli/bin/rsim.js'), 'plugins', 'show', name);
  expect(shown.output).toContain('loaded from ./src/index.ts');
  const again = plugin(createTreeWithEmptyWorkspace(), { name, kind, directory: folder });
  await expect(again).rejects.toThrow(/is not empty/);
});
