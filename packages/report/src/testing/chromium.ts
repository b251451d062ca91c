import { chromium, type Browser } from 'playwright-core';

/** Starts it without a window. Only root needs, and nobody else gets, a browser without its sandbox. */
export function openChromium(executablePath: string): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args, timeout: 30_000 });
}
