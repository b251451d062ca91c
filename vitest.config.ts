import { defineConfig } from 'vitest/config';

// Packages import each other by name and run from source: the condition `@rsim/source` leads to `src/index.ts`.
const conditions = ['@rsim/source'];

/**
 * Packages whose tests leave nothing behind in their process: they take turns in a few, which spares each of them the start of one of
 * its own. The others set backends, folders, signals and the environment.
 */
const plain = 'core|evaluation|hub|microworld|report|rewards|tasks|tracking|verifiers';
/** These close the pool that runs programs, of which a process has one. */
const closing = 'packages/tasks/src/{code,function-writing}/**/*.test.ts';
const inPlain = [`packages/@(${plain})/src/**/*.test.ts`];
const inOthers = [`packages/!(${plain})/src/**/*.test.ts`, 'tools/*/src/**/*.test.ts', closing];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      { extends: true, test: { name: 'plain', include: inPlain, exclude: [closing], isolate: false } },
      { extends: true, test: { name: 'isolated', include: inOthers } },
    ],
    environment: 'node',
    setupFiles: ['./vitest.setup.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
});
