import js from '@eslint/js';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// Without a project graph, as in a fresh clone, the rule on boundaries would skip every file with no more than a warning.
await createProjectGraphAsync();

/** Which layers each layer may import; every arrow points at core. The map is drawn in CONTRIBUTING.md. */
const layers = {
  core: [],
  rewards: ['core'],
  microworld: ['core'],
  verifiers: ['core'],
  hub: ['core'],
  tasks: ['core', 'microworld', 'verifiers', 'hub'],
  lm: ['core'],
  'follower-adapters': ['core', 'lm', 'hub'],
  planner: ['core', 'lm', 'hub'],
  evaluation: ['core'],
  tracking: ['core'],
  report: ['core', 'evaluation', 'tracking'],
};

const depConstraints = [
  ...Object.entries(layers).map(([layer, below]) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: [layer, ...below].map((name) => `layer:${name}`),
  })),
  // The composition root and the tools may know every package; nothing may know them.
  ...['cli', 'tools'].map((layer) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: [...Object.keys(layers), 'cli'].map((name) => `layer:${name}`),
  })),
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**', 'runs/**', '.nx/**', '**/tmp/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A leading underscore says that a value is there only because of its place.
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['process', 'console', 'URL', 'performance', 'setInterval', 'clearInterval'],
          ...['TextEncoder', 'TextDecoder', 'WebAssembly'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
