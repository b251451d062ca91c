import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/**
 * Path of an installed Chromium: what the variable `RSIM_CHROMIUM` names, or one on the `PATH`; `null` where there is none.
 * JavaScript, since whoever prepares the tests in a browser runs before anything is compiled.
 *
 * @returns {string | null}
 */
export function findChromium() {
  const named = process.env['RSIM_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}
