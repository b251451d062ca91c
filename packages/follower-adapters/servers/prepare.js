/**
 * Checks the followers `llama-cpp` and `http` against node-llama-cpp and llama-server themselves, and `tfjs` against Python's
 * transformers: installs the first and the last (gigabytes, once) and builds llama-server (about ten minutes on two
 * processors, once) for the tests named `*.servers.ts`. What cannot be had here is skipped, with the reason.
 *
 * RSIM_SERVERS_MINUTES  most minutes for build and Python, each; 60 by default, 0 uses cached ones or none
 * RSIM_BUILD_JOBS       compilers at once; one per processor by default
 * XDG_CACHE_HOME        where installation and build are kept; ~/.cache by default
 */

import { buildServer, cacheFolder, installLibrary, peerVersion, Unavailable } from './llama-build.js';
import { installTransformers } from './transformers.js';

export const minutes = 20;

export const tests = {
  ...{ include: ['packages/follower-adapters/src/**/*.servers.ts'], testTimeout: 120_000, hookTimeout: 60_000 },
  provide: {
    llamaLibrary: process.env.RSIM_LLAMA_LIBRARY ?? null,
    llamaServer: process.env.RSIM_LLAMA_SERVER ?? null,
    transformersPython: process.env.RSIM_TRANSFORMERS_PYTHON ?? null,
  },
};

export async function prepare() {
  const minutesEach = Number(process.env.RSIM_SERVERS_MINUTES ?? 60);
  const version = await peerVersion();
  const folder = cacheFolder(version);
  console.log(`node-llama-cpp ${version} and llama-server in ${folder}`);
  const library = await have('llama-cpp', () => installLibrary(folder, version));
  const server = library && (await have('http with llama-server', () => buildServer(folder, minutesEach)));
  const python = await have("tfjs with Python's transformers", () => installTransformers(minutesEach));
  const had = { RSIM_LLAMA_LIBRARY: library, RSIM_LLAMA_SERVER: server, RSIM_TRANSFORMERS_PYTHON: python };
  const found = Object.entries(had).filter(([, path]) => path !== null);
  return found.length > 0 ? Object.fromEntries(found) : null;
}

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
