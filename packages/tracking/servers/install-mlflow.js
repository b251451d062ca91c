import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';

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
  const deadline = Date.now() + seconds * 1000;
  const left = () => Math.max(0, deadline - Date.now()) / 1000;
  try {
    await step('python3', ['-m', 'venv', making], left());
    const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
    await step(pythonIn(making), [...options, `mlflow==${version}`, ...packages], left());
    await rename(making, folder).catch(async (error) => {
      if (!(await isThere(folder))) throw error;
    });
    return pythonIn(folder);
  } finally {
    // What was just killed may still be closing files.
    await rm(making, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Runs a command quietly; what it starts itself, such as pip within venv, ends with it when its time is up. */
function step(command, words, seconds) {
  const name = `${basename(command)} ${words.slice(0, 3).join(' ')}`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-2000)));
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      process.kill(-child.pid, 'SIGKILL');
    }, seconds * 1000);
    child.once('error', () => reject(new Unavailable(`${basename(command)} is not installed`)));
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) return resolve();
      const end = said.trim().split('\n').slice(-2).join(' | ');
      reject(new Unavailable(`${name} ${isLate ? `took more than ${Math.round(seconds)} s` : `failed: ${end}`}`));
    });
  });
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
