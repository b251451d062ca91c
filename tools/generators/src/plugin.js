import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateFiles } from '@nx/devkit';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { newName } from './new-name.js';

const files = fileURLToPath(new URL('../files/plugin', import.meta.url));
const packages = fileURLToPath(new URL('../../../packages', import.meta.url));

/** What a package of each kind imports of rsim. */
const needs = { task: ['core'], reward: ['core', 'rewards'], follower: ['core'] };

/**
 * `nx g @rsim/tools:plugin NAME --kind=task --directory=PATH`: a package of its own, which may lie outside this repository, and
 * whose test passes at once.
 */
export default async function plugin(tree, { name: asked, kind = 'task', directory }) {
  const spelled = newName(tree, asked, 'packages');
  const folder = resolve(tree.root, directory ?? join('..', spelled.name));
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} is not empty. Name another folder with --directory.`);
  }
  // Nx writes within its workspace only; this package may lie anywhere.
  const outside = new FsTree(dirname(folder), false);
  const target = folder.slice(dirname(folder).length + 1);
  for (const part of ['any', kind]) generateFiles(outside, join(files, part), target, { ...spelled, tmpl: '' });
  const rsim = Object.fromEntries(needs[kind].map((each) => [`@rsim/${each}`, `file:${join(packages, each)}`]));
  const description = {
    ...{ name: spelled.name, version: '0.1.0', type: 'module', exports: './src/index.ts' },
    scripts: { test: 'vitest run', typecheck: 'tsc -p .' },
    dependencies: { ...rsim, zod: '4.6.7' },
    devDependencies: { '@types/node': '20.19.25', typescript: '6.0.3', vite: '8.3.8', vitest: '4.1.12' },
  };
  outside.write(join(target, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  flushChanges(dirname(folder), outside.listChanges());
  return () => console.log(`made ${folder}; there: npm install && npm test`);
}
