/**
 * Checks pages in a Chromium without a window, by the tests named `*.browser.ts`. Without a Chromium they are skipped.
 *
 * RSIM_CHROMIUM    the browser; else one on the PATH
 * RSIM_SCREENSHOTS folder for screenshots to look at; else none are kept
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const minutes = 10;

export function prepare() {
  const named = process.env.RSIM_CHROMIUM;
  if (named !== undefined && !existsSync(named)) return skipped(`RSIM_CHROMIUM names ${named}, which is not there`);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = named ?? folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  return found === undefined ? skipped('there is no Chromium on the PATH') : { RSIM_CHROMIUM: found };
}

function skipped(why) {
  const remedy = 'install one (Debian: apt-get install chromium) or name it in RSIM_CHROMIUM';
  console.log(`SKIPPED tests in a browser: ${why}; ${remedy}`);
  return null;
}
