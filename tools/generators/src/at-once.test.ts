/** What the generators write passes its tests, lint and types at once: tried in a copy of the packages it is written into. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import follower from './follower.js';
import reward from './reward.js';
import task from './task.js';
import tracker from './tracker.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'rsim-generated-'));
afterAll(() => rmSync(copy, { recursive: true }));

function run(program: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...words], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status, output: status === 0 ? '' : stdout + stderr };
}

beforeAll(async () => {
  for (const part of [
    'packages',
    'docs',
    'package.json',
    'nx.json',
    '.prettierrc.json',
    'tsconfig.base.json',
    'vitest.config.ts',
    'vitest.setup.ts',
  ]) {
    const filter = (path: string) => !path.includes(`${sep}node_modules`) && !path.endsWith(`${sep}dist`);
    cpSync(join(root, part), join(copy, part), { recursive: true, filter });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const tree = new FsTree(copy, false);
  await task(tree, { name: 'new-task' });
  await reward(tree, { name: 'new-reward' });
  await follower(tree, { name: 'new-follower' });
  await tracker(tree, { name: 'new-tracker' });
  flushChanges(copy, tree.listChanges());
}, 120_000);

const homes = {
  tasks: 'new-task',
  rewards: 'new-reward',
  'follower-adapters': 'new-follower',
  tracking: 'new-tracker',
};

test('one of each passes its tests, its format and its lint', { timeout: 300_000 }, async () => {
  const folders = Object.entries(homes).map(([home, name]) => `packages/${home}/src/${name}`);
  expect(run('vitest/vitest.mjs', 'run', ...folders, 'packages/rewards/src/rules.test.ts')).toEqual({
    status: 0,
    output: '',
  });
  expect(
    run(
      'prettier/bin/prettier.cjs',
      '--check',
      ...folders,
      'docs/tasks',
      'docs/rewards',
      'docs/trackers',
      'docs/tracking.md',
    ),
  ).toEqual({
    status: 0,
    output: '',
  });
  const eslint = new ESLint({ cwd: root });
  for (const folder of folders) {
    for (const file of readdirSync(join(copy, folder))) {
      const text = readFileSync(join(copy, folder, file), 'utf8');
      const [result] = await eslint.lintText(text, { filePath: join(root, folder, file) });
      expect(result?.messages).toEqual([]);
    }
  }
});

const isSlow = process.env['RSIM_SLOW'] === '1';

test.skipIf(!isSlow)('one of each has the types (a minute: only with RSIM_SLOW=1)', { timeout: 600_000 }, () => {
  const projects = Object.keys(homes).map((home) => `packages/${home}`);
  expect(run('typescript/bin/tsc', '-b', ...projects)).toEqual({ status: 0, output: '' });
});
