// Runs a group of tests that needs something of its own: `node .ci/vitest-group.js FOLDER [vitest's options]`. The folder has a
// prepare.js, whose `prepare` gets what the tests need and tells them by environment variables, or says why it cannot be had
// and gives `null`: then the tests are skipped. `minutes` is the most the tests may take, `tests` what vitest is to know of
// them.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [folder = '.', ...options] = process.argv.slice(2);
const { minutes, prepare } = await import(pathToFileURL(resolve(folder, 'prepare.js')).href);
const environment = await prepare();
if (environment === null) process.exit(0);

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const words = ['run', '--config', fileURLToPath(new URL('vitest-group.config.js', import.meta.url)), ...options];
const env = { ...process.env, ...environment, RSIM_TEST_GROUP: resolve(folder) };
const child = spawn(process.execPath, [vitest, ...words], { env, stdio: 'inherit' });
const timer = setTimeout(() => {
  console.log(`FAILED: the tests took more than ${minutes} minutes`);
  child.kill('SIGKILL');
}, minutes * 60_000);
child.once('exit', (code) => {
  clearTimeout(timer);
  process.exit(code ?? 1);
});
