/**
 * Size of the page of a run with 500 iterations and 2000 episodes, and how soon it is there: from opening the file until
 * it is drawn and answers, in Chromium without a window, each time in a fresh profile.
 *
 * RSIM_CHROMIUM  the browser; else one on the PATH
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeReport } from '@rsim/report';
import { findChromium, openChromium, writeSampleRun, type SampleRunOptions } from '@rsim/report/testing';

const openings = 9;
/** Words of a step as a large model writes it. */
const words = 120;
const folder = mkdtempSync(join(tmpdir(), 'rsim-report-benchmark-'));
try {
  await bench('short');
  await bench('long', (random) => Array.from({ length: words }, () => random.integer(0, 3000).toString(36)).join(' '));
  console.log(`load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors`);
} finally {
  rmSync(folder, { recursive: true });
}

async function bench(name: string, text?: SampleRunOptions['text']): Promise<void> {
  const run = join(folder, name);
  writeSampleRun(run, { iterations: 500, perIteration: 2, problems: 250, text });
  const began = performance.now();
  const { html } = await makeReport([run], { kind: 'report' });
  const page = join(folder, `${name}.html`);
  writeFileSync(page, html);
  const [raw, made] = [statSync(join(run, 'episodes.jsonl')).size, performance.now() - began];
  console.log(
    `${name} steps: episodes.jsonl ${megabytes(raw)}; page ${megabytes(statSync(page).size)}, made in ${made.toFixed(0)} ms`,
  );
  await measure(pathToFileURL(page).href);
}

async function measure(url: string): Promise<void> {
  const path = findChromium();
  if (path === null) return console.log('not opened: there is no Chromium; name one in RSIM_CHROMIUM');
  const browser = await openChromium(path);
  const times: number[] = [];
  for (let opening = 0; opening < openings; opening += 1) {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForSelector('html[data-ready]');
    times.push(await page.evaluate('performance.getEntriesByName("interactive")[0].startTime'));
    await page.close();
  }
  await browser.close();
  const [first, ...others] = times as [number, ...number[]];
  const sorted = others.sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  console.log(
    `interactive after ${first.toFixed(0)} ms at first, then ${median.toFixed(0)} ms (median), ${sorted.at(-1)?.toFixed(0)} ms at most`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MB`;
}
