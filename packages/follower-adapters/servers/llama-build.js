import { spawn } from 'node:child_process';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, homedir, setPriority } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';

/** Binaries of node-llama-cpp for the processor alone, by platform; those for GPUs are hundreds of megabytes. */
const binaries = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

const installSeconds = 300;

/** Something that is not to be had here, and why. */
export class Unavailable extends Error {}

/** Folder in which installation and build are kept from run to run, outside of the checkout. */
export function cacheFolder(version) {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'rsim', 'servers', version);
}

/** The version of node-llama-cpp that the llama-cpp follower was written for. */
export async function peerVersion() {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest).peerDependencies['node-llama-cpp'];
}

/** Installs node-llama-cpp unless it is there. Returns the path of its entry. */
export async function installLibrary(folder, version) {
  const entry = join(folder, 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
  if (await exists(join(folder, 'installed'))) return entry;
  const binary = binaries[`${process.platform}-${process.arch}`];
  if (binary === undefined)
    throw new Unavailable(`node-llama-cpp has no binary for ${process.platform} ${process.arch}`);
  await mkdir(folder, { recursive: true });
  const dependencies = { 'node-llama-cpp': version, [`@node-llama-cpp/${binary}`]: version };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'rsim-servers', private: true, dependencies }));
  // Optional packages are the other platforms' binaries and those for GPUs.
  const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await run('npm', ['install', ...options], { cwd: folder, seconds: installSeconds });
  await writeFile(join(folder, 'installed'), '');
  return entry;
}

/**
 * Builds llama-server from the source that node-llama-cpp carries, unless it is there. What a build has done when its
 * time is up is kept for the next.
 *
 * @param minutes most minutes it may take; 0 builds nothing
 * @returns the path of the program
 */
export async function buildServer(folder, minutes) {
  const build = join(folder, 'build');
  const program = join(build, 'bin', process.platform === 'win32' ? 'llama-server.exe' : 'llama-server');
  if (await exists(join(folder, 'built'))) return program;
  if (minutes <= 0) throw new Unavailable('there is no cached build of llama-server, and no time to make one');
  const release = await lock(join(folder, 'building'));
  try {
    await compile(folder, build, minutes);
  } finally {
    await release();
  }
  await writeFile(join(folder, 'built'), '');
  return program;
}

async function compile(folder, build, minutes) {
  const source = join(folder, 'llama.cpp');
  const deadline = Date.now() + minutes * 60_000;
  const left = () => (deadline - Date.now()) / 1000;
  if (!(await exists(join(source, 'CMakeLists.txt')))) {
    const part = `${source}.part`;
    await rm(part, { recursive: true, force: true });
    const bundle = join(folder, 'node_modules', 'node-llama-cpp', 'llama', 'gitRelease.bundle');
    await run('git', ['clone', '--quiet', bundle, part], { seconds: left() });
    await rename(part, source);
  }
  await run('cmake', ['-S', source, '-B', build, ...settings], { seconds: left() });
  const jobs = process.env.RSIM_BUILD_JOBS ?? String(availableParallelism());
  await run('cmake', ['--build', build, '--target', 'llama-server', '--parallel', jobs], { seconds: left() });
}

/** One static program for tiny models on a processor; little optimisation, since the compiler takes longest. */
const settings = [
  ...['-DCMAKE_BUILD_TYPE=Release', '-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG', '-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG'],
  ...['BUILD_SHARED_LIBS', 'LLAMA_BUILD_UI', 'LLAMA_USE_PREBUILT_UI', 'LLAMA_OPENSSL', 'LLAMA_BUILD_TESTS'],
  ...['LLAMA_BUILD_EXAMPLES', 'GGML_OPENMP', 'GGML_LLAMAFILE', 'GGML_METAL', 'GGML_BLAS'],
].map((setting) => (setting.startsWith('-') ? setting : `-D${setting}=OFF`));

/** Without what npm tells its scripts: an npm started here works in its own folder. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')));

/** Runs a command at low priority, quietly; its last words are in the error when it fails. */
export function run(command, options, { cwd, seconds }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const listen = (chunk) => (said = (said + chunk).slice(-2000));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('spawn', () => setPriority(child.pid, 15));
    child.once('error', () => reject(new Unavailable(`${command} is not installed`)));
    let isLate = false;
    const timer = setTimeout(
      () => {
        isLate = true;
        // The whole group: compilers outlive the command that started them.
        process.kill(-child.pid, 'SIGKILL');
      },
      Math.max(0, seconds) * 1000,
    );
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (code === 0) return resolve();
      const reason = isLate
        ? `took more than ${Math.round(seconds)} s`
        : `failed: ${said.trim().split('\n').slice(-5).join(' | ')}`;
      reject(new Unavailable(`${command} ${reason}`));
    });
  });
}

/** Keeps two runs from building in one folder; a lock whose holder is gone counts for nothing. */
async function lock(path) {
  const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
  if (holder > 0 && isRunning(holder)) throw new Unavailable('another build of llama-server is under way');
  await writeFile(path, String(process.pid));
  return () => rm(path, { force: true });
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
