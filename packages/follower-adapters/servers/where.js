/**
 * Prints, as JSON, where `npm run test:servers` left node-llama-cpp (`library`) and llama-server (`server`); `null` for what
 * is not there. It installs and builds nothing.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { buildServer, cacheFolder, peerVersion, Unavailable } from './llama-build.js';

const folder = cacheFolder(await peerVersion());
const entry = join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
const library = await access(entry).then(
  () => entry,
  () => null,
);
const server = await buildServer(folder, 0).catch((error) => {
  if (error instanceof Unavailable) return null;
  throw error;
});
console.log(JSON.stringify({ library, server }));
