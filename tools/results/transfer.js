// Makes docs/results/transfer.json and .md: the planners of `npm run results` with every embedded follower, and with the same
// models run by every adapter that is here: `npm run results:transfer`. Stopped, it goes on where it was. What is not installed is
// skipped, and said so. Further options go to `rsim transfer`: `-- --set evaluation.problems=20`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'runs/results/transfer');
const planners = [1, 2, 3].map((seed) => `runs/results/seed-${seed}`);
/** Of each suite. */
const problems = 100;
const ports = { http: 8431, 'llama-server': 8432 };

/** How conversations are written for the embedded models, whoever runs them. */
const conversation = { format: 'plain', system: '', plain: '{question}\n', injection: '\n<|{id}|>', stop: ['\n'] };

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
  const { library, server } = JSON.parse(where.stdout);
  if (library === null) skip('llama-cpp', 'node-llama-cpp is not there; `npm run test:servers` installs it');
  else {
    process.env.RSIM_LLAMA_LIBRARY = library;
    for (const [model, path] of Object.entries(gguf)) {
      add(model, 'llama-cpp', 'llama-cpp-elsewhere', { model: path, gpu: false, threads: 1, sequences: 16 });
    }
  }
  const endpoint = 'packages/follower-adapters/src/testing/serve-embedded.ts';
  const from = ['--conditions=@rsim/source', '--import', 'tsx', endpoint, 'nano', String(ports.http)];
  const url = await served(process.execPath, from, `http://127.0.0.1:${ports.http}`, '/v1/models');
  if (url === null) skip('http', `its endpoint did not start on port ${ports.http}`);
  else add('nano', 'http', 'http', { dialect: 'vllm', url });
  if (server === null) return skip('llama-server', 'it is not there; `npm run test:servers` builds it');
  const listen = ['--model', gguf.nano, '--host', '127.0.0.1', '--port', String(ports['llama-server'])];
  const sizes = ['--parallel', '16', '--ctx-size', String(16 * 384), '--threads', '1', '--threads-http', '2'];
  const real = await served(server, [...listen, ...sizes], `http://127.0.0.1:${ports['llama-server']}`, '/health');
  if (real === null) skip('llama-server', `it did not start on port ${ports['llama-server']}`);
  else add('nano', 'llama-server', 'http', { url: real });
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
  const words = ['transfer', '--config', join(folder, 'config.json'), '--planners', ...rows, '--output', folder];
  words.push('--markdown', join(root, 'docs/results/transfer.md'), ...process.argv.slice(2));
  const bin = join(root, 'packages/cli/bin/rsim.js');
  const child = spawn(process.execPath, [bin, ...words], { cwd: root, stdio: 'inherit' });
  child.once('exit', (code) => resolve(code ?? 1));
});
console.error(`${Math.round((performance.now() - started) / 6000) / 10} minutes`);
process.exit(status);
