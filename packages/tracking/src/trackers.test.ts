import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trackerFlaws } from '@rsim/core/conformance';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consoleOptionsSchema, consoleTracker } from './console-tracker.js';
import { jsonlTracker } from './jsonl-tracker.js';
import { mlflowOptionsSchema, mlflowTarget } from './mlflow/mlflow-options.js';
import { MlflowTracker } from './mlflow/mlflow-tracker.js';
import { FakeMlflow } from './testing/fake-mlflow.js';
import { finishRun, journalIteration, smallRun } from './testing/small-run.js';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'rsim-trackers-')), 'run');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const warn = (): void => undefined;

test('they are trackers as the platform wants them', async () => {
  {
    using run = smallRun(folder);
    journalIteration(run, 1);
  }
  const console = consoleTracker(consoleOptionsSchema.parse({}), () => undefined);
  expect(await trackerFlaws(console, { path: folder })).toEqual([]);
  expect(await trackerFlaws(jsonlTracker, { path: folder })).toEqual([]);
  await using server = await FakeMlflow.start();
  const mlflow = new MlflowTracker(mlflowOptionsSchema.parse({ uri: server.uri, everySeconds: 0 }), {});
  expect(await trackerFlaws(mlflow, { path: folder })).toEqual([]);
});

test('console prints a line for each step it is to show', () => {
  using run = smallRun(folder);
  const lines: string[] = [];
  const options = consoleOptionsSchema.parse({ every: 2, metrics: ['accuracy', 'update/loss', 'unknown'] });
  const session = consoleTracker(options, (line) => lines.push(line)).follow({ path: folder, warn });
  run.onRecord((record) => session.record(record));
  for (const iteration of [1, 2, 3]) journalIteration(run, iteration);
  run.journal('finished', { seconds: 3 });
  expect(lines.map((line) => line.replace(/^\S+Z /, ''))).toEqual([
    'real 2: accuracy 0.002, update/loss -2\n',
    'finished\n',
  ]);
});

test('jsonl has parameters, every step once and results, however often a run is resumed', async () => {
  {
    using run = smallRun(folder);
    const session = jsonlTracker.follow({ path: folder, warn });
    run.onRecord((record) => session.record(record));
    for (const iteration of [1, 2, 3]) journalIteration(run, iteration);
    // Killed: not closed.
  }
  using run = smallRun(folder, true);
  const session = jsonlTracker.follow({ path: folder, warn });
  run.onRecord((record) => session.record(record));
  for (const iteration of [2, 3, 4]) journalIteration(run, iteration);
  expect(
    exported()
      .filter(({ type }) => type === 'metrics')
      .map(({ step }) => step),
  ).toEqual([1, 2, 3, 4]);
  finishRun(run);
  expect(await session.close('finished')).toBeNull();
  const lines = exported();
  expect(lines.map(({ type, step }) => [type, step])).toEqual([
    ['run', undefined],
    ...[1, 2, 3, 4, 0].map((step) => ['metrics', step]),
    ['results', undefined],
  ]);
  expect(lines[0]).toMatchObject({ name: 'run', parameters: { seed: '7' } });
  expect(lines[1]).toMatchObject({ series: 'real', time: expect.any(Number), values: { 'real/accuracy': 0.001 } });
  expect(lines.at(-1)).toMatchObject({ values: { 'test/nano/planner/word-problems/accuracy': 0.5 } });
  await jsonlTracker.sync?.({ path: folder, warn }, AbortSignal.timeout(1000));
  expect(exported()).toEqual(lines);
});

test('jsonl that cannot write says so at the end and stops nothing', async () => {
  using run = smallRun(folder);
  writeFileSync(join(folder, 'trackers'), 'in the way');
  const session = jsonlTracker.follow({ path: folder, warn });
  run.onRecord((record) => session.record(record));
  journalIteration(run, 1);
  expect(await session.close('finished')).toMatch(/trackers/);
});

function exported(): Record<string, unknown>[] {
  const text = readFileSync(join(folder, 'trackers', 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const target = (options: object, environment: Record<string, string>) =>
  mlflowTarget(mlflowOptionsSchema.parse(options), environment);

test('options come before variables, variables before what is usual', () => {
  expect(target({}, {})).toMatchObject({
    access: { uri: 'http://127.0.0.1:5000', authorization: null },
    experiment: 'rsim',
  });
  const variables = { MLFLOW_TRACKING_URI: 'https://user:p%20w@there:1/base/', MLFLOW_EXPERIMENT_NAME: 'mine' };
  expect(target({}, variables)).toMatchObject({
    access: { uri: 'https://there:1/base', authorization: `Basic ${Buffer.from('user:p w').toString('base64')}` },
    experiment: 'mine',
  });
  expect(target({ uri: 'http://here', experiment: 'other' }, variables)).toMatchObject({
    access: { uri: 'http://here', authorization: null },
    experiment: 'other',
  });
});

test.each([
  [{ uri: 'http://user:hunter2@there' }, /has credentials in it/],
  [{ uri: 'sqlite:///hunter2.db' }, /no http\(s\) address/],
  [{ uri: 'hunter2' }, /no http\(s\) address/],
])('%j is refused without being repeated', (options, message) => {
  expect(() => target(options, {})).toThrow(message);
  expect(() => target(options, {})).not.toThrow(/hunter2/);
});

test('MLflow keeps some aliases for itself', () => {
  expect(mlflowOptionsSchema.safeParse({ alias: 'latest' }).success).toBe(false);
  expect(mlflowOptionsSchema.safeParse({ alias: 'champion' }).success).toBe(true);
});
