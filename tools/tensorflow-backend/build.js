/**
 * Makes the backend `tensorflow` without the download that @tensorflow/tfjs-node wants when it is installed: its binding is
 * built from the source in the npm package, against the library in PyPI's wheel. On Linux, with g++ and pip.
 *
 *   npm run tensorflow-backend [-- WHEEL]
 *
 * WHEEL is what pip downloads, `tensorflow-cpu` by default; `tensorflow` is the one for CUDA, which finds the CUDA libraries
 * as any program does. Everything goes into node_modules, so `npm ci` takes it away again.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = '4.22.0';
const napi = 8;
const minutes = (count) => count * 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = join(root, 'node_modules/@tensorflow/tfjs-node');
const headers = resolve(dirname(process.execPath), '../include/node');
const [wheel = 'tensorflow-cpu'] = process.argv.slice(2);

/** Only what the binding needs of a wheel of a gigabyte. */
const unpack = `
import sys, zipfile
include = 'tensorflow/include/'
headers = ('tensorflow/c/', 'tensorflow/core/platform/ctstring', 'xla/tsl/c/', 'tsl/')
wanted = ('tensorflow/libtensorflow_', *(include + header for header in headers))
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(wanted)])
`;

function run(what, limit, command, ...words) {
  console.log(`${what} …`);
  try {
    execFileSync(command, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], timeout: limit });
  } catch (error) {
    const why =
      error.code === 'ENOENT' ? `${command} is not installed` : error.code === 'ETIMEDOUT' ? 'time is up' : 'see above';
    stop(`${what} failed: ${why}.`);
  }
}

function stop(message) {
  console.error(message);
  process.exit(2);
}

if (process.platform !== 'linux') stop(`This script is for Linux, not ${process.platform}.`);
if (!existsSync(join(headers, 'node_api.h')))
  stop(`Node's headers are not in ${headers}: install Node with them (libnode-dev).`);

const packages = [`@tensorflow/tfjs-node@${version}`, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
run('npm install', minutes(10), 'npm', 'install', ...packages);

const work = mkdtempSync(join(tmpdir(), 'tensorflow-backend-'));
try {
  run(`download of ${wheel}`, minutes(30), 'python3', '-m', 'pip', 'download', '-q', '--no-deps', '-d', work, wheel);
  const file = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (file === undefined) stop(`pip downloaded no wheel of ${wheel} for this system.`);
  const deps = join(home, 'deps');
  rmSync(deps, { recursive: true, force: true });
  run(`unpacking ${file}`, minutes(10), 'python3', '-c', unpack, join(work, file), deps);

  const libraries = join(deps, 'tensorflow');
  const binding = join(home, `lib/napi-v${napi}`);
  mkdirSync(binding, { recursive: true });
  run(
    ...['compiling the binding', minutes(10), 'g++', '-O2', '-std=c++17', '-fPIC', '-shared', `-DNAPI_VERSION=${napi}`],
    ...[home, join(libraries, 'include'), headers].map((folder) => `-I${folder}`),
    ...['backend', 'binding'].map((name) => join(home, `binding/tfjs_${name}.cc`)),
    ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/tensorflow', '-o', join(binding, 'tfjs_binding.node')],
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

const check = `
const tf = await import('@tensorflow/tfjs-node');
const backend = tf.default.backend();
console.log('libtensorflow', backend.binding.TF_Version, backend.isUsingGpuDevice ? 'on a GPU' : 'on the processor');
`;
run('first start', minutes(2), process.execPath, '--input-type=module', '-e', check);
