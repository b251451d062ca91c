/**
 * Checks pages in a Chromium without a window: runs the tests named `*.browser.ts`. Without a Chromium they are skipped.
 * Further options go to vitest.
 *
 * RSIM_CHROMIUM    the browser; else one on the PATH
 * RSIM_SCREENSHOTS folder for screenshots to look at; else none are kept
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const testMinutes = 10;
const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
const folders = (process.env.PATH ?? '').split(delimiter);
const found =
  process.env.RSIM_CHROMIUM ?? folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
if (found === undefined || !existsSync(found)) {
  const why =
    found === undefined ? 'there is no Chromium on the PATH' : `RSIM_CHROMIUM names ${found}, which is not there`;
  console.log(
    `SKIPPED tests in a browser: ${why}; install one (Debian: apt-get install chromium) or name it in RSIM_CHROMIUM`,
  );
  process.exit(0);
}

const config = fileURLToPath(new URL('vitest.config.js', import.meta.url));
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...process.argv.slice(2)], {
  env: { ...process.env, RSIM_CHROMIUM: found },
  stdio: 'inherit',
});
const timer = setTimeout(() => {
  console.log(`FAILED: the tests took more than ${testMinutes} minutes`);
  child.kill('SIGKILL');
}, testMinutes * 60_000);
child.once('exit', (code) => {
  clearTimeout(timer);
  process.exit(code ?? 1);
});
