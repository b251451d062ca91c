import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '@rsim/core';
import { describeEnvironment, RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runRsim } from './testing/run-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-runs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rsim = (...words: string[]) => runRsim(folder, words);

/** A run that may be finished, as far as its files go. */
function makeRun(name: string, seed: number, accuracy: number | null): RunFolder {
  const { output: _, ...config } = parseConfig({ seed }, 'test');
  const environment = describeEnvironment({ versions: {}, configDirectory: folder });
  const run = RunFolder.open(join(folder, 'runs', name), { config, environment });
  run.journal('started');
  run.journal('iteration', { stage: 'real', iteration: 1, accuracy: 0.4 });
  if (accuracy === null) return run;
  const row = { suite: 'all', split: 'test', follower: 'nano', followerParameters: 1, trainedOn: 'nano', seed: 'all' };
  const numbers = { n: 9, accuracy, ciLow: 0.1, ciHigh: 0.9, tokensPerProblem: 5, secondsPerProblem: 1 };
  const pooled = [{ ...row, policy: 'planner', ...numbers }];
  run.write('results.json', { schema: 'rsim.results/1', rows: [], comparisons: [], pooled });
  run.journal('finished');
  return run;
}

test('list says of every run how it stands; show and compare say more', async () => {
  makeRun('deep/done', 1, 0.5)[Symbol.dispose]();
  makeRun('half', 2, null)[Symbol.dispose]();
  makeRun('broken', 3, 0.5)[Symbol.dispose]();
  appendFileSync(join(folder, 'runs', 'broken', 'journal.jsonl'), 'no JSON\n');
  using _ = makeRun('busy', 4, null);
  const listed = await rsim('runs', 'list', '--json');
  expect(listed.status).toBe(0);
  const runs = JSON.parse(listed.stdout) as Record<string, unknown>[];
  const of = (name: string) => runs.find((run) => run['name'] === name);
  expect(runs).toHaveLength(4);
  expect(of('done')).toMatchObject({ state: 'finished', accuracy: 0.5, ciLow: 0.1, follower: 'embedded nano' });
  expect(of('half')).toMatchObject({ state: 'unfinished', accuracy: null, iterations: 1 });
  expect(of('busy')).toMatchObject({ state: 'running', note: expect.stringContaining(String(process.pid)) });
  expect(of('broken')).toMatchObject({
    state: 'damaged',
    note: expect.stringMatching(/journal\.jsonl line 4 is no JSON/),
  });
  expect((await rsim('runs', 'list')).stdout).toMatch(
    /^deep\/done +finished +\d{4}-\d\d-\d\d \d\d:\d\d +0 s +0\.500 +embedded nano/m,
  );

  const shown = await rsim('runs', 'show', 'runs/half');
  expect(shown.stdout).toMatch(/^state +unfinished$/m);
  expect(shown.stdout).toMatch(/go on with: rsim runs resume runs\/half/);

  const compared = await rsim('runs', 'compare', 'runs/deep/done', 'runs/half');
  expect(compared.stdout).toMatch(/^seed +1 +2$/m);
  expect(compared.stdout).toMatch(/^nano +all +planner +0\.500 \[0\.100, 0\.900\] +-$/m);
});

test('delete asks, refuses runs that are being written and what is no run, and leaves what is not the run’s', async () => {
  makeRun('one', 1, 0.5)[Symbol.dispose]();
  writeFileSync(join(folder, 'runs', 'one', 'notes.txt'), 'mine');
  using _ = makeRun('busy', 2, null);
  const one = join(folder, 'runs', 'one', 'config.json');
  expect(await rsim('runs', 'delete', 'runs/one')).toMatchObject({ status: 2, stderr: expect.stringMatching(/--yes/) });
  expect(await rsim('runs', 'delete', '--yes', 'runs/one', 'runs')).toMatchObject({ status: 2 });
  expect(existsSync(one)).toBe(true);
  expect(await rsim('runs', 'delete', '--yes', 'runs/busy')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/is writing/),
  });
  expect(await rsim('runs', 'delete', '--yes', 'runs/one')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/except/),
  });
  expect(existsSync(one)).toBe(false);
  expect(readFileSync(join(folder, 'runs', 'one', 'notes.txt'), 'utf8')).toBe('mine');
});

test('sync needs a tracker, a server, and a run that nobody writes', async () => {
  makeRun('one', 1, 0.5)[Symbol.dispose]();
  using _ = makeRun('busy', 2, null);
  const sync = (run: string, tracker: string) => rsim('runs', 'sync', run, '--set', `trackers=[${tracker}]`);
  expect(await rsim('runs', 'sync', 'runs/one')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/no tracker that sends/),
  });
  expect(await sync('runs/busy', '{"name":"jsonl"}')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/is writing/),
  });
  expect(await sync('runs/one', '{"name":"mlflow","options":{"uri":"http://127.0.0.1:2"}}')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/127\.0\.0\.1:2 is out of reach/),
  });
  expect(await sync('runs/one', '{"name":"jsonl"}')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/points sent/),
  });
});

test('a run is tracked whatever becomes of its trackers, and resumed as it was started', async () => {
  const config = {
    plugins: [fileURLToPath(new URL('./testing/parrot.ts', import.meta.url))],
    ...{ follower: { name: 'parrot' }, unseenFollowers: [], tasks: [{ suite: 'word-problems' }] },
    planner: { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8, backend: 'cpu' } },
    training: { stage0: { kind: 'none' }, iterations: 3, problemsPerIteration: 3, group: 2, checkpointEvery: 1 },
    evaluation: { problems: 2, resamples: 20, policies: ['planner'] },
    trackers: [
      { name: 'mlflow', options: { uri: 'http://127.0.0.1:2', flushSeconds: 0.2 } },
      ...[{ name: 'jsonl' }, { name: 'console' }],
    ],
  };
  writeFileSync(join(folder, 'mine.json'), JSON.stringify(config));
  const path = join(folder, 'run');
  const train = ['train', '--config', 'mine.json', '--run', 'run'];
  const stopped = await runRsim(folder, train, { PARROT_INTERRUPTS_AT: '80' });
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toMatch(/tracker "mlflow" has not got everything: .*out of reach.*rsim runs sync .*run$/m);
  expect(stopped.stderr).toMatch(/go on with: rsim train --resume .*run$/m);
  expect(stopped.stderr).toMatch(/^\S+Z real 1: accuracy /m);

  const resumed = await rsim('runs', 'resume', 'run', '--json');
  expect(resumed.status).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ schema: 'rsim.results/1' });
  const lines = readFileSync(join(path, 'trackers', 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const steps = lines.map((line) => JSON.parse(line) as { series?: string; step?: number });
  expect(steps.filter(({ series }) => series === 'real').map(({ step }) => step)).toEqual([1, 2, 3]);
  expect((await rsim('runs', 'resume', 'run', '--json')).stdout).toBe(resumed.stdout);
});
