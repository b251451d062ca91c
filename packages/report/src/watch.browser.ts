import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@rsim/core';
import { describeEnvironment, RunFolder } from '@rsim/tracking';
import { expect, test } from 'vitest';
import { openChromium } from './testing/chromium.js';
import { sampleEpisode, sampleRecord } from './testing/sample-run.js';
import { WatchServer } from './watch-server.js';

test('a page that was opened before the run began shows it grow without being loaded again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsim-watch-'));
  const path = join(folder, 'run');
  const random = Random.of(1, 'watch');
  await using server = await WatchServer.start(path, { port: 0, interval: 50 });
  await using browser = await openChromium(process.env['RSIM_CHROMIUM'] as string);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const troubles: string[] = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(server.url);
  await page.waitForSelector('html[data-ready]');
  await page.evaluate(() => (document.title = 'not loaded again'));
  const status = () => page.locator('.live').innerText();
  await expect.poll(status).toBe('waiting for the run to begin');
  {
    const environment = describeEnvironment({ versions: {}, configDirectory: '.' });
    using run = RunFolder.open(path, { config: { seed: 1 }, environment });
    const lines = () => page.locator('#learning .chart').first().getAttribute('aria-label');
    run.journal('iteration', sampleRecord(1, 20, random));
    await expect.poll(status).toBe('live · 5 % of real');
    await expect.poll(lines).toMatch(/all suites from/);
    const before = await lines();
    run.journal('iteration', sampleRecord(20, 20, random));
    await expect.poll(lines).not.toBe(before);
    run.journal('progress', { step: 410, episodes: 1000, secondsLeft: 200 });
    await expect.poll(status).toBe('live · 41 % of the whole, 3.3 min left');
    const episode = sampleEpisode(1, 'planner', random);
    run.recordEpisode({ phase: 'real', iteration: 1, policy: 'planner', episode });
    await expect.poll(() => page.locator('.asked .question').innerText()).toBe(episode.problem.question);
    run.journal('finished', { seconds: 1 });
  }
  await expect.poll(status).toBe('the run has finished');
  rmSync(path, { recursive: true });
  await expect.poll(status).toMatch(/^the run was deleted/);
  expect(await page.title()).toBe('not loaded again');
  expect(troubles).toEqual([]);
  rmSync(folder, { recursive: true });
});
