/** On the real files that new ones are registered in; whatever is generated twice must fit twice. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import type { Tree } from '@nx/devkit';
import { describe, expect, test } from 'vitest';

type Generator = (tree: Tree, options: { name: string }) => Promise<void>;
const root = fileURLToPath(new URL('../../../', import.meta.url));

const kinds = {
  task: { home: 'packages/tasks/src', registers: ['packages/tasks/src/procedural-suites.ts', 'docs/tasks/README.md'] },
  reward: { home: 'packages/rewards/src', registers: ['packages/rewards/src/plugin.ts', 'docs/rewards/README.md'] },
  follower: {
    home: 'packages/follower-adapters/src',
    registers: ['packages/follower-adapters/src/plugin.ts', 'docs/README.md'],
  },
  tracker: { home: 'packages/tracking/src', registers: ['packages/tracking/src/plugin.ts', 'docs/tracking.md'] },
};

describe.each(Object.entries(kinds))('nx g @rsim/tools:%s', (kind, { home, registers }) => {
  const load = async () => ((await import(`./${kind}.js`)) as { default: Generator }).default;
  const treeOf = () => {
    const tree = createTreeWithEmptyWorkspace();
    for (const path of registers) tree.write(path, readFileSync(root + path, 'utf8'));
    return tree;
  };

  test('writes source, test and page, and registers them, once and again', async () => {
    const [generate, tree] = [await load(), treeOf()];
    for (const name of ['firstNew', 'second-new']) await generate(tree, { name });
    for (const name of ['first-new', 'second-new']) {
      for (const file of [`${name}.ts`, `${name}.test.ts`])
        expect(tree.exists(`${home}/${name}/${file}`), file).toBe(true);
      for (const path of registers) expect(tree.read(path, 'utf8')).toContain(name);
    }
  });

  test('refuses what is there already and what is no name', async () => {
    const [generate, tree] = [await load(), treeOf()];
    await generate(tree, { name: 'mine' });
    await expect(generate(tree, { name: 'mine' })).rejects.toThrow(/already a "mine"/);
    for (const name of ['9lives', 'a b!', '']) await expect(generate(tree, { name })).rejects.toThrow(/is no name/);
    for (const name of ['new', 'class'])
      await expect(generate(tree, { name })).rejects.toThrow(/a word of the language/);
  });

  test('says so when it finds no place to register', async () => {
    const [generate, tree] = [await load(), treeOf()];
    tree.write(registers[0] as string, '');
    await expect(generate(tree, { name: 'mine' })).rejects.toThrow(/Add it by hand/);
  });
});
