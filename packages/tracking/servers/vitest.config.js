import { defineConfig } from 'vitest/config';

const conditions = ['@rsim/source'];

/** Checks against real MLflow servers, which `prepare.js` puts in place. */
export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/tracking/src/**/*.servers.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    provide: {
      mlflowServers: JSON.parse(process.env.RSIM_MLFLOW_SERVERS ?? '[]'),
      mlflowRestarts: Number(process.env.RSIM_MLFLOW_RESTARTS ?? 10),
    },
  },
});
