/**
 * Checks the tracker `mlflow` against MLflow's own server, the last release of 2.x and one of 3.x: installs them from PyPI
 * into virtual environments in a cache folder, then runs the tests named `*.servers.ts`. What cannot be had here is
 * skipped, with the reason; a test that fails fails the run. Further options go to vitest.
 *
 * RSIM_MLFLOW_MINUTES   most minutes for installing one of them; 5 by default, 0 uses a cached one or none
 * RSIM_MLFLOW_RESTARTS  how often a server is killed during a run; 10 by default
 * XDG_CACHE_HOME        where they are kept; ~/.cache by default
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { clearTimeout, setTimeout } from 'node:timers';

import { pythonWithMlflow, releases, Unavailable } from './install-mlflow.js';

const testMinutes = 30;
const minutes = Number(process.env.RSIM_MLFLOW_MINUTES ?? 5);
const servers = [];
for (const release of releases) {
  try {
    servers.push({ version: release.version, python: await pythonWithMlflow(release, minutes * 60) });
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`SKIPPED mlflow ${release.version}: ${error.message}`);
  }
}
if (servers.length === 0) process.exit(0);

const config = fileURLToPath(new URL('vitest.config.js', import.meta.url));
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...process.argv.slice(2)], {
  env: { ...process.env, RSIM_MLFLOW_SERVERS: JSON.stringify(servers) },
  stdio: 'inherit',
});
const timer = setTimeout(() => {
  console.log(`FAILED: the tests took more than ${testMinutes} minutes`);
  child.kill('SIGKILL');
}, testMinutes * 60_000);
child.once('exit', (code) => {
  clearTimeout(timer);
  process.exit(code ?? 1);
});
