// Runs a group of tests that needs something of its own: `node .ci/vitest-group.js FOLDER [vitest's options]`. The folder has a
// vitest.config.js and a prepare.js, whose `prepare` gets what the tests need and tells them by environment variables, or
// says why it cannot be had and gives `null`: then the tests are skipped. `minutes` is the most the tests may take.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [folder = '.', ...options] = process.argv.slice(2);
const { minutes, prepare } = await import(pathToFileURL(resolve(folder, 'prepare.js')).href);
const environment = await prepare();
if (environment === null) process.exit(0);

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const words = ['run', '--config', join(folder, 'vitest.config.js'), ...options];
const env = { ...process.env, ...environment };
const child = spawn(process.execPath, [vitest, ...words], { env, stdio: 'inherit' });
const timer = setTimeout(() => {
  console.log(`FAILED: the tests took more than ${minutes} minutes`);
  child.kill('SIGKILL');
}, minutes * 60_000);
child.once('exit', (code) => {
  clearTimeout(timer);
  process.exit(code ?? 1);
});
