/**
 * Prints, as JSON, where `npm run test:servers` left node-llama-cpp: the path of its entry as `library`, `null` where it is not
 * there. It installs nothing.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder, peerVersion } from './llama-build.js';

const entry = join(cacheFolder(await peerVersion()), 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
const library = await access(entry).then(
  () => entry,
  () => null,
);
console.log(JSON.stringify({ library }));
