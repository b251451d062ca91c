/**
 * Checks the followers `llama-cpp` and `http` against node-llama-cpp and llama-server themselves: installs the one and
 * builds the other (about ten minutes on two processors, once), then runs the tests named `*.servers.ts`. What cannot
 * be had here is skipped, with the reason; a test that fails fails the run. Further options go to vitest.
 *
 * RSIM_SERVERS_MINUTES  most minutes for the build; 60 by default, 0 uses a cached one or none
 * RSIM_BUILD_JOBS       compilers at once; one per processor by default
 * XDG_CACHE_HOME        where installation and build are kept; ~/.cache by default
 */
import { spawn } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

import { buildServer, cacheFolder, installLibrary, peerVersion, Unavailable } from './llama-build.js';

const testMinutes = 10;
const minutes = Number(process.env.RSIM_SERVERS_MINUTES ?? 60);
const version = await peerVersion();
const folder = cacheFolder(version);
console.log(`node-llama-cpp ${version} and llama-server in ${folder}`);

const library = await have('llama-cpp', () => installLibrary(folder, version));
const server = library && (await have('http with llama-server', () => buildServer(folder, minutes)));
if (library === null) process.exit(0);

const config = fileURLToPath(new URL('vitest.config.js', import.meta.url));
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const paths = { RSIM_LLAMA_LIBRARY: library, ...(server && { RSIM_LLAMA_SERVER: server }) };
const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...process.argv.slice(2)], {
  env: { ...process.env, ...paths },
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

/** What `provide` gives, or `null` and the reason in print. */
async function have(what, provide) {
  try {
    return await provide();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`SKIPPED ${what}: ${error.message}`);
    return null;
  }
}
