import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeReport } from './make-report.js';
import { openChromium } from './testing/chromium.js';
import { writeSampleSequence, writeSampleTransfer } from './testing/sample-matrices.js';
import { writeSampleRun } from './testing/sample-run.js';

const attack = '</script><img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
const folder = mkdtempSync(join(tmpdir(), 'rsim-browser-'));
const screenshots = process.env['RSIM_SCREENSHOTS'];
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let browser: Browser;
let page: Page;
/** What went wrong in the page, and what it asked the network for. */
let troubles: string[];

beforeAll(async () => {
  browser = await openChromium(process.env['RSIM_CHROMIUM'] as string);
  writeSampleRun(join(folder, 'one'), { seed: 1, iterations: 30, problems: 8 });
  writeSampleRun(join(folder, 'two'), { seed: 2, iterations: 30, problems: 8 });
  writeSampleRun(join(folder, 'attacked'), { iterations: 3, problems: 2, text: () => attack });
  writeSampleRun(join(folder, 'cut'), { iterations: 2, problems: 0, finished: false });
  for (const seed of [1, 2, 3]) {
    writeSampleSequence(join(folder, `naive-${seed}`), { seed });
    writeSampleSequence(join(folder, `replay-${seed}`), { seed, method: 'replay', tasks: seed });
  }
  writeSampleSequence(join(folder, 'joint-1'), { seed: 1, order: 'joint' });
  writeSampleTransfer(join(folder, 'transfer'));
  await write('matrices', ['naive-1', 'naive-2', 'naive-3', 'replay-1', 'replay-2', 'replay-3', 'joint-1', 'transfer']);
  await write('report', ['one', 'two']);
  await write('attacked', ['attacked']);
  await write('cut', ['cut']);
});

afterEach(() => page?.context().close());
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function write(name: string, runs: readonly string[]): Promise<void> {
  const { html } = await makeReport(
    runs.map((run) => join(folder, run)),
    { kind: 'report' },
  );
  writeFileSync(join(folder, `${name}.html`), html);
}

async function open(name: string, options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  page = await context.newPage();
  troubles = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) troubles.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  await page.waitForSelector('html[data-ready]');
}

/** Scrolls through the page, so that every chart is drawn. */
async function walk(): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let top = 0; top < height; top += 500) {
    await page.evaluate((to) => scrollTo(0, to), top);
    await page.waitForTimeout(30);
  }
  await page.evaluate(() => scrollTo(0, 0));
}

async function keep(name: string): Promise<void> {
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

test('opens without an error and without a request, with every chart drawn', async () => {
  await open('report');
  await walk();
  const charts = await page
    .locator('.card:visible .chart')
    .evaluateAll((all) => all.map((chart) => chart.querySelectorAll('path').length));
  expect(charts.length).toBeGreaterThan(12);
  expect(Math.min(...charts)).toBeGreaterThan(2);
  expect(troubles).toEqual([]);
});

test('is interactive within a second', async () => {
  await open('report');
  const times: number[] = [];
  for (let opening = 0; opening < 5; opening += 1) {
    await page.reload();
    await page.waitForSelector('html[data-ready]');
    times.push(await page.evaluate(() => performance.getEntriesByName('interactive')[0]?.startTime ?? NaN));
  }
  // The fastest: a machine that is busy with something else says nothing about the page.
  expect(Math.min(...times)).toBeLessThan(1000);
});

test.each([
  ['report', 'light', 1280],
  ['report', 'dark', 1280],
  ['report', 'light', 360],
  ['report', 'dark', 360],
  ['matrices', 'light', 1280],
  ['matrices', 'dark', 360],
] as const)('has no serious accessibility violation: %s, %s, %i pixels wide', async (name, colorScheme, width) => {
  await open(name, { colorScheme, viewport: { width, height: 800 }, isMobile: width < 500, hasTouch: width < 500 });
  await walk();
  await page.locator('.choices summary').first().click();
  await keep(`${name}-${colorScheme}-${width}`);
  // As Chromium's debugger does it, so that the page's own policy stays as it is.
  await page.evaluate(readFileSync(axe, 'utf8'));
  const violations = (await page.evaluate(`axe.run(document).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ target, failureSummary }) => target + ' ' + failureSummary).join(' | ')))`)) as string[];
  expect(violations).toEqual([]);
  expect(troubles).toEqual([]);
});

test.each(['report', 'matrices'])('on a phone nothing of %s is wider than the window', async (name) => {
  await open(name, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  await walk();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test('follows the system’s theme, and the button turns it', async () => {
  await open('report', { colorScheme: 'dark' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.getByRole('button', { name: 'Show the page light' }).click();
  const light = await background();
  expect(light).not.toBe(dark);
  await page.keyboard.press('t');
  expect(await background()).toBe(dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  expect(await background()).toBe(dark);
});

test('can be walked with the keyboard alone', async () => {
  await open('report');
  await page.keyboard.press('Tab');
  expect(await focused()).toContain('Skip to the content');
  await page.keyboard.press('?');
  expect(await page.getByRole('dialog').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').isVisible()).toBe(false);
  const question = () => page.locator('.asked .question').innerText();
  const first = await question();
  await page.keyboard.press('n');
  await expect.poll(question).not.toBe(first);
  await page.keyboard.press('p');
  await expect.poll(question).toBe(first);
  const picked = page.locator('.problems [aria-current="true"]');
  await picked.focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(question).not.toBe(first);
  expect(await focused()).toBe(await picked.innerText());
  await page.locator('.step').first().focus();
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Step 2');
  await page.keyboard.press('ArrowRight');
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('.steps')].findIndex((steps) => steps.contains(document.activeElement)),
    ),
  ).toBe(1);
  const shown = () => page.locator('.dialogue').count();
  expect(await shown()).toBe(2);
  await page.keyboard.press('1');
  await expect.poll(shown).toBe(1);
  await page.keyboard.press('/');
  await page.keyboard.type('zzz no such words');
  await expect.poll(() => page.locator('.count').innerText()).toMatch(/^0 of /);
});

test('filters and searches the episodes', async () => {
  await open('report');
  const count = () => page.locator('.count').innerText();
  expect(await count()).toMatch(/^124 of 124 episodes/);
  await choice('Policy').selectOption('alone');
  await expect.poll(count).toMatch(/^16 of 124/);
  await choice('Verdict').selectOption('right');
  await expect.poll(count).toMatch(/^\d of 124/);
  await choice('Verdict').selectOption('');
  await choice('Policy').selectOption('');
  await page.getByLabel('Search the episodes').fill('(1000003)');
  await expect.poll(count).toMatch(/^8 of 124 episodes, on 1 problem/);
});

test('a table stands in for every chart', async () => {
  await open('report');
  await walk();
  for (const card of await page.locator('.card:visible').all()) {
    await card.locator('.numbers summary').click();
    await expect.poll(() => card.locator('table td').count()).toBeGreaterThan(0);
  }
});

test('tasks in sequence and transfer: a tile, a chart and a number for each', async () => {
  await open('matrices');
  await walk();
  expect(await page.title()).toBe('naive-1, naive-2 and 6 more · rsim');
  const tiles = await page.locator('.tile').allInnerTexts();
  expect(tiles.filter((text) => /points|at once/.test(text))).toHaveLength(3);
  expect(tiles.filter((text) => /2 of 2|0 of 2/.test(text))).toHaveLength(2);
  expect(await page.locator('.notices li').allInnerTexts()).toEqual([
    'replay-1: The sequence is not finished: 1 of 3 tasks are done.',
    'replay-2: The sequence is not finished: 2 of 3 tasks are done.',
  ]);
  const metrics = page.locator('#continual table').filter({ hasText: 'plasticity' });
  expect(await metrics.locator('tbody th').allInnerTexts()).toEqual(['naive (3)', 'replay (1)', 'joint (1)']);
  const labelOf = (section: string, title: string) =>
    page.locator(`#${section} .card`, { hasText: title }).locator('.chart').getAttribute('aria-label');
  expect(await labelOf('continual', 'Forgetting')).toMatch(/naive \(3 seeds\) .+ points/);
  expect(await labelOf('transfer', 'What each planner adds')).toMatch(
    /helpful, micro \(0\.33M\): \+50\.0 \(\+40\.0 to \+60\.0\), p/,
  );
  expect(troubles).toEqual([]);
});

test('focus goes through the page in the order in which it is read', async () => {
  await open('report');
  const tops: number[] = [];
  const inMain = 'document.activeElement.closest("main") !== null';
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press('Tab');
    const at = (await page.evaluate(
      `${inMain} ? [...document.querySelectorAll('main *')].indexOf(document.activeElement) : -1`,
    )) as number;
    if (at >= 0) tops.push(at);
  }
  expect(tops.length).toBeGreaterThan(30);
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
});

test('what a model wrote is shown and does nothing', async () => {
  await open('attacked');
  await walk();
  expect(await page.locator('.said').first().innerText()).toBe(attack);
  expect(await page.title()).toBe('attacked · rsim');
  expect(await page.locator('main img').count()).toBe(0);
  expect(troubles).toEqual([]);
});

test('an unfinished run shows what is there and says what is missing', async () => {
  await open('cut');
  await walk();
  expect(await page.locator('.notices').innerText()).toMatch(/no results\.json/);
  expect(await page.locator('#learning').isVisible()).toBe(true);
  expect(await page.locator('#results').isVisible()).toBe(false);
  expect(troubles).toEqual([]);
});

function choice(label: string): Locator {
  return page.locator('#episodes label', { hasText: label }).locator('select');
}

function focused(): Promise<string> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText ?? '');
}
