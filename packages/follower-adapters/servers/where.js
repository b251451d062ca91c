/**
 * Prints, as JSON, where `npm run test:servers` left node-llama-cpp and llama-server: the path of the one's entry as `library`, of the
 * other's program as `server`, `null` where they are not there. It installs nothing.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder, peerVersion } from './llama-build.js';

const folder = cacheFolder(await peerVersion());

async function found(mark, ...path) {
  return access(join(folder, mark)).then(
    () => join(folder, ...path),
    () => null,
  );
}

const program = process.platform === 'win32' ? 'llama-server.exe' : 'llama-server';
const library = await found('installed', 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
console.log(JSON.stringify({ library, server: await found('built', 'build', 'bin', program) }));
