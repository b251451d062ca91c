import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder, exists, run, Unavailable } from './llama-build.js';

/** The release of Python's transformers that the checkpoints here are held to. */
const version = '4.57.6';

/** The folder of its virtual environment, and the interpreter within. */
export function transformersPython() {
  const folder = cacheFolder(`transformers-${version}`);
  const windows = process.platform === 'win32';
  return { folder, python: join(folder, windows ? 'Scripts' : 'bin', windows ? 'python.exe' : 'python') };
}

/**
 * A Python with transformers and torch, which are gigabytes on Linux, in the cache; made unless it is there.
 *
 * @param minutes most minutes it may take; 0 makes none
 * @returns the path of the interpreter
 */
export async function installTransformers(minutes) {
  const { folder, python } = transformersPython();
  if (await exists(join(folder, 'installed'))) return python;
  if (minutes <= 0) throw new Unavailable('there is no Python with transformers in the cache, and no time to make one');
  const deadline = Date.now() + minutes * 60_000;
  const left = () => (deadline - Date.now()) / 1000;
  await mkdir(folder, { recursive: true });
  await run('python3', ['-m', 'venv', folder], { seconds: left() });
  const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
  await run(python, [...options, 'torch', `transformers==${version}`], { seconds: left() });
  await writeFile(join(folder, 'installed'), '');
  return python;
}
