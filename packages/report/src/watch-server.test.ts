import { request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEnvironment, RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunPatch } from './report-data.js';
import { WatchServer } from './watch-server.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-watch-'));
  path = join(folder, 'run');
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = describeEnvironment({ versions: {}, configDirectory: '.' });

/** The events of the server as they come. */
async function listen(url: string, from: number | string) {
  const controller = new AbortController();
  const response = await fetch(`${url}events?from=${from}`, { signal: controller.signal });
  const events: { readonly event: string; readonly data: string }[] = [];
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = `${rest}${chunk}`.split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? '';
        if (field('event') !== '') events.push({ event: field('event'), data: field('data') });
      }
    }
  })().catch(() => undefined);
  const patches = () => events.filter(({ event }) => event === 'patch').map(({ data }) => JSON.parse(data) as RunPatch);
  return { events, patches, close: () => (controller.abort(), reading) };
}

test('a page hears of the run as it begins, grows, ends and is deleted', async () => {
  const states: string[] = [];
  await using server = await WatchServer.start(path, { port: 0, interval: 20, onState: (state) => states.push(state) });
  const html = await (await fetch(server.url)).text();
  expect(html).toContain("connect-src 'self'");
  const listener = await listen(server.url, 1);
  {
    using run = RunFolder.open(path, { config: { seed: 1 }, environment });
    run.journal('iteration', { stage: 'real', iteration: 1, accuracy: 0.5 });
    await vi.waitFor(() => expect(listener.patches().flatMap(({ points }) => points)).toHaveLength(1));
    run.journal('iteration', { stage: 'real', iteration: 2, accuracy: 0.6 });
    await vi.waitFor(() => expect(listener.patches().flatMap(({ points }) => points)).toHaveLength(2));
    run.journal('finished', { seconds: 1 });
  }
  await vi.waitFor(() => expect(states.at(-1)).toBe('finished'));
  rmSync(path, { recursive: true });
  await vi.waitFor(() => expect(listener.patches().at(-1)).toMatchObject({ state: 'gone' }));
  // What a page has missed is sent again; a number of another server is stale.
  const late = await listen(server.url, 1);
  await vi.waitFor(() => expect(late.patches()).toEqual(listener.patches()));
  const stale = await listen(server.url, 999);
  await vi.waitFor(() => expect(stale.events).toEqual([{ event: 'stale', data: '' }]));
  await Promise.all([listener, late, stale].map(({ close }) => close()));
  expect(states.slice(0, 2)).toEqual(['waiting', 'running']);
});

test('a port in use is one sentence with its remedy', async () => {
  await using server = await WatchServer.start(path, { port: 0 });
  const port = Number(new URL(server.url).port);
  await expect(WatchServer.start(path, { port })).rejects.toMatchObject({ code: 'port-in-use', exitCode: 2 });
});

test('answers to its own name, to GET, and to what there is', async () => {
  await using server = await WatchServer.start(path, { port: 0 });
  const status = (options: object): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request(server.url, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
  expect(await status({})).toBe(200);
  expect(await status({ headers: { host: 'evil.example' } })).toBe(403);
  expect(await status({ method: 'POST' })).toBe(405);
  expect(await status({ path: '/../../etc/passwd' })).toBe(404);
  expect(await status({ path: '//' })).toBe(404);
});
