import { defineConfig } from 'vitest/config';

// Packages import each other by name and run from source: the condition `@rsim/source` leads to `src/index.ts`.
const conditions = ['@rsim/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/*/src/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['./vitest.setup.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
});
