import { defineConfig } from 'vitest/config';

const conditions = ['@rsim/source'];

/** Checks against real servers and libraries, which `prepare.js` puts in place. */
export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/follower-adapters/src/**/*.servers.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    provide: {
      llamaLibrary: process.env.RSIM_LLAMA_LIBRARY ?? null,
      llamaServer: process.env.RSIM_LLAMA_SERVER ?? null,
    },
  },
});
