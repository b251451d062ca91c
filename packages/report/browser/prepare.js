/**
 * Checks pages in a Chromium without a window, by the tests named `*.browser.ts`. Without a Chromium they are skipped.
 *
 * RSIM_CHROMIUM    the browser; else one on the PATH
 * RSIM_SCREENSHOTS folder for screenshots to look at; else none are kept
 */
import { findChromium } from '../src/testing/find-chromium.js';

export const minutes = 10;

export const tests = { include: ['packages/*/src/**/*.browser.ts'], testTimeout: 60_000, hookTimeout: 60_000 };

export function prepare() {
  const found = findChromium();
  if (found !== null) return { RSIM_CHROMIUM: found };
  const named = process.env.RSIM_CHROMIUM;
  const why = named ? `RSIM_CHROMIUM names ${named}, which is not there` : 'there is no Chromium on the PATH';
  const remedy = 'install one (Debian: apt-get install chromium) or name it in RSIM_CHROMIUM';
  console.log(`SKIPPED tests in a browser: ${why}; ${remedy}`);
  return null;
}
