import { defineConfig } from 'vitest/config';

const conditions = ['@rsim/source'];

/** Checks of the pages in a browser, which `prepare.js` looks for. */
export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.browser.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
