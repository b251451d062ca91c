import { formatFiles, generateFiles } from '@nx/devkit';
import { fileURLToPath } from 'node:url';
import { newName, replaceIn } from './new-name.js';

const home = 'packages/tasks/src';

/** `nx g @rsim/tools:task NAME`: a small procedural family as a starting point, which passes its tests at once. */
export default async function task(tree, options) {
  const spelled = newName(tree, options.name, home);
  const { name, propertyName } = spelled;
  generateFiles(tree, fileURLToPath(new URL('../files/task', import.meta.url)), '.', { ...spelled, tmpl: '' });
  const list = `${home}/procedural-suites.ts`;
  const first = 'import { compoundInterest }';
  replaceIn(tree, list, first, `import { ${propertyName} } from './${name}/${name}.js';\n${first}`);
  replaceIn(tree, list, '\n] as const;', `\n  ${propertyName},\n] as const;`);
  const row = '\n| [function-writing](function-writing.md)';
  replaceIn(tree, 'docs/tasks/README.md', row, `\n| [${name}](${name}.md) | mathematics | 1–3 | 600 (32) |${row}`);
  await formatFiles(tree);
}
