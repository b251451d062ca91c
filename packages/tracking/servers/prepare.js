/**
 * Checks the tracker `mlflow` against MLflow's own server, the last release of 2.x and one of 3.x: installs them from PyPI
 * into virtual environments in a cache folder for the tests named `*.servers.ts`. What cannot be had
 * here is skipped, with the reason.
 *
 * RSIM_MLFLOW_MINUTES   most minutes for installing one of them; 5 by default, 0 uses a cached one or none
 * RSIM_MLFLOW_RESTARTS  how often a server is killed during a run; 10 by default
 * XDG_CACHE_HOME        where they are kept; ~/.cache by default
 */

import { pythonWithMlflow, releases, Unavailable } from './install-mlflow.js';

export const minutes = 30;

export const tests = {
  ...{ include: ['packages/tracking/src/**/*.servers.ts'], testTimeout: 240_000, hookTimeout: 240_000 },
  provide: {
    mlflowServers: JSON.parse(process.env.RSIM_MLFLOW_SERVERS ?? '[]'),
    mlflowRestarts: Number(process.env.RSIM_MLFLOW_RESTARTS ?? 10),
  },
};

export async function prepare() {
  const installSeconds = 60 * Number(process.env.RSIM_MLFLOW_MINUTES ?? 5);
  const servers = [];
  for (const release of releases) {
    try {
      servers.push({ version: release.version, python: await pythonWithMlflow(release, installSeconds) });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      console.log(`SKIPPED mlflow ${release.version}: ${error.message}`);
    }
  }
  return servers.length === 0 ? null : { RSIM_MLFLOW_SERVERS: JSON.stringify(servers) };
}
