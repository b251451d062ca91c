import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The last release of MLflow 2 and one of 3, with what each needs besides for its server with user accounts. */
export const releases = [
  { version: '3.17.2', packages: ['flask-wtf<2'] },
  // It imports a name that SQLAlchemy 2.1 no longer has.
  { version: '2.22.5', packages: ['flask-wtf<2', 'sqlalchemy<2.1'] },
];

/** Something that is not to be had here, and why. */
export class Unavailable extends Error {}

/**
 * The Python that has this release of MLflow: a virtual environment in the cache, made unless it is there.
 *
 * @param seconds most seconds for making it; 0 makes none
 * @returns path of the interpreter
 * @throws Unavailable when there is no Python, or its packages cannot be had in time
 */
export async function pythonWithMlflow({ version, packages }, seconds) {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(base, 'rsim', 'servers', `mlflow-${version}`);
  if (await isThere(folder)) return pythonIn(folder);
  if (seconds <= 0) throw new Unavailable('it is not installed in the cache, and there is no time to install it');
  await mkdir(dirname(folder), { recursive: true });
  // Made under another name: what is there under its own is whole, whoever else installs at the same time.
  const making = await mkdtemp(`${folder}-`);
  const timeout = { timeout: seconds * 1000, killSignal: 'SIGKILL' };
  try {
    await step('python3', ['-m', 'venv', making], timeout);
    const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
    await step(pythonIn(making), [...options, `mlflow==${version}`, ...packages], timeout);
    await rename(making, folder).catch(async (error) => {
      if (!(await isThere(folder))) throw error;
    });
    return pythonIn(folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function step(command, words, options) {
  try {
    await execute(command, words, options);
  } catch (error) {
    if (error.code === 'ENOENT') throw new Unavailable(`${basename(command)} is not installed`);
    const late = error.killed ? `took more than ${options.timeout / 1000} s` : '';
    const said = String(error.stderr).trim().split('\n').slice(-2).join(' | ');
    throw new Unavailable(`${basename(command)} ${words.slice(0, 3).join(' ')} ${late || `failed: ${said}`}`);
  }
}

function pythonIn(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

function isThere(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
