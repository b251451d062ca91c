import { formatFiles, generateFiles } from '@nx/devkit';
import { fileURLToPath } from 'node:url';
import { newName, replaceIn } from './new-name.js';

const home = 'packages/rewards/src';

/** `nx g @rsim/tools:reward NAME`: a rule as a starting point, which passes its tests at once and counts where it is asked for. */
export default async function reward(tree, options) {
  const spelled = newName(tree, options.name, home);
  const { name, propertyName } = spelled;
  generateFiles(tree, fileURLToPath(new URL('../files/reward', import.meta.url)), '.', { ...spelled, tmpl: '' });
  const plugin = `${home}/plugin.ts`;
  const first = 'import { leaderTermination }';
  replaceIn(tree, plugin, first, `import { ${propertyName} } from './${name}/${name}.js';\n${first}`);
  const factories = '...defaults,';
  replaceIn(tree, plugin, factories, `${factories} ${propertyName},`);
  const table = tree.read('docs/rewards/README.md', 'utf8') ?? '';
  const row = table.split('\n').find((line) => line.startsWith('| [follower-length]')) ?? '';
  replaceIn(tree, 'docs/rewards/README.md', row, `${row}\n| [${name}](${name}.md) | leader | 0 or 1 | 0.1 |`);
  await formatFiles(tree);
}
