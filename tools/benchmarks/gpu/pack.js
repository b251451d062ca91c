/**
 * Packs a benchmark that runs on a bare Linux machine (glibc, libstdc++) with a GPU and its Vulkan driver, where nothing can be
 * installed: Node, Dawn, onnxruntime, the packages bundled, the load, and the same networks in PyTorch.
 *
 *   npm run gpu-pack -w tools/benchmarks [-- FILE.tar.xz]
 *
 * There: tar xf FILE.tar.xz && rsim-gpu/run.sh [1M] [10M] [100M]
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const mostMegabytes = 60;
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const target = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? 'rsim-gpu.tar.xz');
if (process.platform !== 'linux') {
  console.error(`The pack is made on the kind of machine it runs on, Linux, not ${process.platform}.`);
  process.exit(2);
}
const platform = `linux-${process.arch}`;

/** Packages that stay packages, and all that is needed of each: they find their native parts by their own path. */
const kept = {
  '@tensorflow/tfjs-core': ['package.json', 'dist/tf-core.node.js'],
  '@tensorflow/tfjs-backend-cpu': ['package.json', 'dist/tf-backend-cpu.node.js'],
  '@tensorflow/tfjs-backend-webgpu': ['package.json', 'dist/tf-backend-webgpu.node.js'],
  seedrandom: ['package.json', 'index.js', 'lib', 'seedrandom.js'],
  long: ['package.json', 'src'],
  webgpu: ['package.json', 'index.js', `dist/${platform}`],
  'onnxruntime-common': ['package.json', 'dist/cjs'],
  'onnxruntime-node': ['package.json', 'dist', `bin/napi-v6/linux/${process.arch}`],
};

const work = mkdtempSync(join(tmpdir(), 'rsim-gpu-'));
try {
  const folder = join(work, 'rsim-gpu');
  mkdirSync(folder);
  await bundle(folder);
  for (const [name, files] of Object.entries(kept)) keep(folder, name, files);
  copyFileSync(process.execPath, join(folder, 'node'));
  strip(join(folder, 'node'));
  for (const file of ['networks.json', 'torch-load.py', 'run.sh']) copyFileSync(join(here, file), join(folder, file));
  chmodSync(join(folder, 'run.sh'), 0o755);
  console.log('compressing, which takes a minute or two …');
  execFileSync('tar', ['-C', work, '-cJf', target, 'rsim-gpu'], { env: { ...process.env, XZ_OPT: '-6 -T0' } });
} finally {
  rmSync(work, { recursive: true, force: true });
}
const megabytes = statSync(target).size / 1e6;
console.log(`${target}: ${megabytes.toFixed(1)} MB`);
if (megabytes > mostMegabytes) {
  console.error(`That is more than ${mostMegabytes} MB.`);
  process.exit(2);
}

async function bundle(folder) {
  await build({
    ...{ entryPoints: [join(here, 'load.ts')], outfile: join(folder, 'load.mjs'), bundle: true, minify: true },
    ...{ platform: 'node', format: 'esm', target: 'node20', conditions: ['@rsim/source'], logLevel: 'error' },
    external: ['@tensorflow/*', 'onnxruntime-node', 'webgpu', 'tsx'],
    // Bundled CommonJS packages call `require`, which a module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

function keep(folder, name, files) {
  const home = join(folder, 'node_modules', name);
  const source = homeOf(name);
  for (const file of files) {
    if (!existsSync(join(source, file))) throw new Error(`${name} has no ${file} any more: look at \`kept\`.`);
    mkdirSync(dirname(join(home, file)), { recursive: true });
    cpSync(join(source, file), join(home, file), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
  }
}

/** Folder of a package, also of one that exports no package.json. */
function homeOf(name) {
  for (const folder of require.resolve.paths(name)) {
    if (existsSync(join(folder, name, 'package.json'))) return join(folder, name);
  }
  throw new Error(`The package ${name} is not installed: run npm ci.`);
}

/** Debugging symbols are of no use there. Without `strip` the pack is a little larger. */
function strip(file) {
  try {
    execFileSync('strip', [file], { stdio: 'ignore' });
  } catch {
    console.log('strip is not installed: Node keeps its symbols');
  }
}
