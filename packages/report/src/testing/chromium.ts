import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** Path of an installed Chromium: the variable `RSIM_CHROMIUM`, or one on the `PATH`; `null` where there is none. */
export function findChromium(): string | null {
  const named = process.env['RSIM_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

/** Starts it without a window. Only root needs, and nobody else gets, a browser without its sandbox. */
export function openChromium(executablePath: string): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args, timeout: 30_000 });
}
