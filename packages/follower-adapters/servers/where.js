/**
 * Prints, as JSON, where `npm run test:servers` left node-llama-cpp and llama-server, the path of the one's entry as `library`, of the
 * other's program as `server`, and a Python with transformers as `python`; `null` where they are not there. It installs nothing.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder, peerVersion } from './llama-build.js';
import { transformersPython } from './transformers.js';

const folder = cacheFolder(await peerVersion());
const { folder: environment, python } = transformersPython();

function found(mark, path) {
  return access(mark).then(
    () => path,
    () => null,
  );
}

const program = process.platform === 'win32' ? 'llama-server.exe' : 'llama-server';
const entry = join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
const places = {
  library: await found(join(folder, 'installed'), entry),
  server: await found(join(folder, 'built'), join(folder, 'build', 'bin', program)),
  python: await found(join(environment, 'installed'), python),
};
console.log(JSON.stringify(places));
