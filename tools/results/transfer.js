// Makes docs/results/transfer.json and .md: the planners of `npm run results` with every embedded follower, and with the same
// models run by every adapter that is here: `npm run results:transfer`. Stopped, it goes on where it was. What is not installed is
// skipped, and said so. Further options go to `rsim transfer`: `-- --set evaluation.problems=20`.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'runs/results/transfer');
const planners = [1, 2, 3].map((seed) => `runs/results/seed-${seed}`);
/** Of each suite. */
const problems = 60;
/** Where the endpoint of the `http` follower listens; fixed, since a server is known by its URL. */
const port = 8431;

/** How conversations are written for the embedded models, whoever runs them. */
const conversation = { format: 'plain', system: '', plain: '{question}\n', injection: '\n<|{id}|>', stop: ['\n'] };

/** Special tokens that the embedded models write as part of their turn; a server has to be asked for them. */
const tags = [
  ...['self-reflection', 'decomposition', 'deep-thinking', 'validation', 'summarization', 'prioritization'],
  ...['sub-planning', 'continuation', 'termination'],
].map((id) => `<|${id}|>`);

const followers = ['nano', 'micro', 'small', 'base'].map((model) => ({ name: 'embedded', options: { model } }));
const servers = [];
const add = (model, program, name, options) =>
  followers.push({ label: `${model} (${program})`, name, options: { ...conversation, ...options } });

function rsim(...words) {
  console.error(`rsim ${words.join(' ')}`);
  const bin = join(root, 'packages/cli/bin/rsim.js');
  const { status } = spawnSync(process.execPath, [bin, ...words], { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}

/** The model as a file that other programs read. */
function exported(model, format) {
  const output = join(folder, 'exports', format, model);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(dirname(output), { recursive: true });
  if (rsim('follower', 'export', model, '--format', format, '--output', output) !== 0) process.exit(1);
  return format === 'gguf' ? join(output, `${model}.gguf`) : output;
}

/** Starts a server, and waits until it answers at `path`. */
async function served(command, words, url, path) {
  const child = spawn(command, words, { cwd: root, stdio: 'ignore', detached: true });
  // Not in this process's group, so that Ctrl-C reaches what asks before what answers.
  servers.push(child);
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    if (
      await globalThis.fetch(`${url}${path}`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return url;
    await wait(100);
  }
  return null;
}

function skip(what, why) {
  console.error(`SKIPPED ${what}: ${why}`);
}

async function addAdapters() {
  followers.push({ label: 'nano (tfjs)', name: 'tfjs', options: { model: 'nano' } });
  const gguf = {};
  for (const model of ['nano', 'small']) {
    add(model, 'onnx', 'onnx', { model: exported(model, 'onnx') });
    gguf[model] = exported(model, 'gguf');
  }
  const where = spawnSync(process.execPath, [join(root, 'packages/follower-adapters/servers/where.js')], {
    encoding: 'utf8',
  });
  const { library } = JSON.parse(where.stdout);
  if (library === null) skip('llama-cpp', 'node-llama-cpp is not there; `npm run test:servers` installs it');
  else {
    process.env.RSIM_LLAMA_LIBRARY = library;
    for (const [model, path] of Object.entries(gguf)) {
      add(model, 'llama-cpp', 'llama-cpp-elsewhere', { model: path, gpu: false, threads: 1, sequences: 16 });
    }
  }
  const endpoint = 'packages/follower-adapters/src/testing/serve-embedded.ts';
  const from = ['--conditions=@rsim/source', '--import', 'tsx', endpoint, 'nano', String(port)];
  const url = await served(process.execPath, from, `http://127.0.0.1:${port}`, '/v1/models');
  if (url === null) skip('http', `its endpoint did not start on port ${port}`);
  else add('nano', 'http', 'http', { dialect: 'vllm', url, specialTokens: tags });
}

const missing = planners.find((path) => !existsSync(join(root, path)));
if (missing !== undefined) {
  console.error(`there is no ${missing}: \`npm run results\` trains the planners of this matrix`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
process.on('exit', () => servers.forEach((server) => server.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
await addAdapters();
const [first, ...others] = followers;
const config = {
  plugins: [relative(folder, join(root, 'tools/results/llama-cpp-plugin.js'))],
  ...{ follower: first, unseenFollowers: others, evaluation: { problems } },
};
writeFileSync(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
const rows = planners.map((path) => `planner=${path}`);
const started = performance.now();
const status = await new Promise((resolve) => {
  const words = ['transfer', '--config', join(folder, 'config.json'), '--planners', ...rows, ...process.argv.slice(2)];
  words.push('--output', folder, '--markdown', join(root, 'docs/results/transfer.md'));
  const bin = join(root, 'packages/cli/bin/rsim.js');
  const child = spawn(process.execPath, [bin, ...words], { cwd: root, stdio: 'inherit' });
  child.once('exit', (code) => resolve(code ?? 1));
});
console.error(`${Math.round((performance.now() - started) / 6000) / 10} minutes`);
// Cells that failed are told in the file; it is whole all the same.
if (status === 0 || status === 3) copyFileSync(join(folder, 'transfer.json'), join(root, 'docs/results/transfer.json'));
process.exit(status);
