import { formatFiles, generateFiles } from '@nx/devkit';
import { fileURLToPath } from 'node:url';
import { newName, replaceIn } from './new-name.js';

const home = 'packages/follower-adapters/src';

/** `nx g @rsim/tools:follower NAME`: an adapter as a starting point, which passes the conformance suite at once. */
export default async function follower(tree, options) {
  const spelled = newName(tree, options.name, home);
  const { name, className, propertyName } = spelled;
  generateFiles(tree, fileURLToPath(new URL('../files/follower', import.meta.url)), '.', { ...spelled, tmpl: '' });
  const plugin = `${home}/plugin.ts`;
  const first = 'import { httpOptionsSchema }';
  replaceIn(tree, plugin, first, `import { ${propertyName}Options } from './${name}/${name}.js';\n${first}`);
  const provider = `
      '${name}': defineProvider({
        description: 'Writes words; a starting point.',
        options: ${propertyName}Options,
        create: async (options) => {
          const { ${className}Follower } = await import('./${name}/${name}.js');
          return new ${className}Follower(options);
        },
      }),`;
  replaceIn(tree, plugin, '\n    followers: {', `\n    followers: {${provider}`);
  replaceIn(
    tree,
    'docs/README.md',
    '\n- [Exporting an embedded follower]',
    `\n- [Follower \`${name}\`](followers/${name}.md).\n- [Exporting an embedded follower]`,
  );
  await formatFiles(tree);
}
