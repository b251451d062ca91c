import { formatFiles, generateFiles } from '@nx/devkit';
import { fileURLToPath } from 'node:url';
import { newName, replaceIn } from './new-name.js';

const home = 'packages/tracking/src';

/** `nx g @rsim/tools:tracker NAME`: a tracker as a starting point, which passes the conformance suite at once. */
export default async function tracker(tree, options) {
  const spelled = newName(tree, options.name, home);
  const { name, propertyName } = spelled;
  generateFiles(tree, fileURLToPath(new URL('../files/tracker', import.meta.url)), '.', { ...spelled, tmpl: '' });
  const plugin = `${home}/plugin.ts`;
  const last = '\n/** The trackers of this package';
  replaceIn(
    tree,
    plugin,
    last,
    `import { ${propertyName}, ${propertyName}Options } from './${name}/${name}.js';\n${last}`,
  );
  const provider = `
      '${name}': defineProvider({
        description: 'A file of chosen numbers in the run folder; a starting point.',
        options: ${propertyName}Options,
        create: (options) => ${propertyName}(options),
      }),`;
  replaceIn(tree, plugin, '\n    trackers: {', `\n    trackers: {${provider}`);
  const table = tree.read('docs/tracking.md', 'utf8') ?? '';
  const row = table.split('\n').find((line) => line.startsWith('| `console` ')) ?? '';
  replaceIn(tree, 'docs/tracking.md', row, `${row}\n| [\`${name}\`](trackers/${name}.md) | a file of chosen numbers |`);
  await formatFiles(tree);
}
