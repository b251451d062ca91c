import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunFolder } from '../run-folder.js';
import { FakeMlflow, type StoredRun } from '../testing/fake-mlflow.js';
import { finishRun, journalIteration, smallRun } from '../testing/small-run.js';
import { mlflowOptionsSchema, type MlflowOptions } from './mlflow-options.js';
import { MlflowTracker } from './mlflow-tracker.js';

let folder: string;
let server: FakeMlflow;
let run: RunFolder;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'rsim-mlflow-')), 'seed-7');
  server = await FakeMlflow.start();
  run = smallRun(folder);
  warnings = [];
});
afterEach(async () => {
  run[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  rmSync(join(folder, '..'), { recursive: true });
});

function tracker(changes: Partial<MlflowOptions> = {}, environment: Record<string, string> = {}): MlflowTracker {
  const options = { uri: server.uri, everySeconds: 0, timeoutSeconds: 0.5, flushSeconds: 5, ...changes };
  return new MlflowTracker(mlflowOptionsSchema.parse(options), environment, { first: 0.01, most: 0.05 });
}

const sync = (changes: Partial<MlflowOptions> = {}) =>
  tracker(changes).sync({ path: folder, warn }, AbortSignal.timeout(10_000));

function steps({ metrics }: StoredRun, key: string): [step: number, value: number][] {
  return metrics.filter((metric) => metric.key === key).map(({ step, value }) => [step, value]);
}

test('a run is on the server with everything it has, its tasks and seeds nested in it', async () => {
  const session = tracker({ registerAs: 'leader', tags: { team: 'x' } }).follow({ path: folder, warn });
  const stop = run.onRecord((record) => session.record(record));
  for (const iteration of [1, 2, 3]) journalIteration(run, iteration);
  finishRun(run);
  stop();
  expect(await session.close('finished')).toBeNull();
  expect(warnings).toEqual([]);

  const whole = server.run('seed-7');
  expect(whole.status).toBe('FINISHED');
  expect(steps(whole, 'real/accuracy')).toEqual([1, 2, 3].map((step) => [step, step / 1000]));
  expect(steps(whole, 'real/accuracyBySuite/list-programs')).toHaveLength(3);
  expect(steps(whole, 'real/update/loss')).toHaveLength(3);
  expect(steps(whole, 'finished/seconds')).toEqual([[0, 12]]);
  expect(steps(whole, 'test/nano/planner/word-problems/accuracy')).toEqual([[0, 0.5]]);
  expect(steps(whole, 'comparison/word-problems/nano/planner-alone/pHolm')).toEqual([[0, 0.04]]);
  expect(Object.fromEntries(whole.params)).toMatchObject({
    ...{ seed: '7', 'tasks.1.suite': 'list-programs', 'training.unused': '[]', 'follower.options.model': 'nano' },
  });
  expect([...whole.params.keys()].filter((key) => key.startsWith('trackers'))).toEqual([]);
  expect(Object.fromEntries(whole.tags)).toMatchObject({ 'rsim.version.rsim': '0.1.0', team: 'x' });
  expect(whole.tags.get('mlflow.user')).not.toBe('');
  expect(whole.inputs).toHaveLength(4);
  expect(whole.inputs[0]).toMatchObject({
    dataset: { name: 'word-problems train', digest: expect.stringMatching(/^[0-9a-f]{32}$/) },
    tags: [{ key: 'mlflow.data.context', value: 'training' }],
  });

  const task = server.run('list-programs');
  expect(task.tags.get('mlflow.parentRunId')).toBe(whole.run_id);
  expect(steps(task, 'real/accuracy')).toEqual([1, 2, 3].map((step) => [step, step / 10]));
  expect(steps(server.run('word-problems'), 'test/nano/planner/accuracy')).toEqual([[0, 0.5]]);
  expect(steps(server.run('seed 2'), 'test/nano/planner/word-problems/accuracy')).toEqual([[0, 0.5]]);
  expect(server.runs.size).toBe(5);

  const root = `${whole.experiment_id}/${whole.run_id}/artifacts`;
  expect([...server.artifacts.keys()].map((path) => path.replace(root, '')).sort()).toEqual(
    ['config', 'environment', 'results']
      .map((name) => `/${name}.json`)
      .concat('/episodes.jsonl', '/journal.jsonl', '/planner/planner.json', '/planner/weights.bin')
      .sort(),
  );
  expect(server.models.get('leader')).toMatchObject([{ source: `mlflow-artifacts:/${root}/planner` }]);
  expect(server.aliases.get('leader@newest')).toBe('1');
});

test('synchronising again sends nothing; new results are another step', async () => {
  journalIteration(run, 1);
  finishRun(run);
  expect((await sync({ registerAs: 'leader' })).sent).toBeGreaterThan(10);
  const before = server.requests.length;
  expect(await sync({ registerAs: 'leader' })).toMatchObject({ sent: 0, refused: 0 });
  expect(server.requests.slice(before).filter((name) => /log-batch|PUT|create/.test(name))).toEqual([]);
  finishRun(run, 0.75);
  await sync();
  expect(steps(server.run('seed-7'), 'test/nano/planner/word-problems/accuracy')).toEqual([
    [0, 0.5],
    [1, 0.75],
  ]);
});

test('iterations that a resumed run did again are sent once', async () => {
  for (const iteration of [1, 2, 3]) journalIteration(run, iteration);
  await sync();
  for (const iteration of [2, 3, 4]) journalIteration(run, iteration);
  journalIteration(run, 1, 'other');
  await sync();
  expect(steps(server.run('seed-7'), 'real/accuracy').map(([step]) => step)).toEqual([1, 2, 3, 4]);
  expect(steps(server.run('seed-7'), 'other/accuracy').map(([step]) => step)).toEqual([1]);
});

test('a server that is not there costs nothing but a message, and a later synchronisation completes the run', async () => {
  const gone = await FakeMlflow.start();
  const uri = gone.uri;
  await gone[Symbol.asyncDispose]();
  const session = tracker({ uri, flushSeconds: 0.2 }).follow({ path: folder, warn });
  run.onRecord((record) => session.record(record));
  const began = performance.now();
  for (let iteration = 1; iteration <= 50; iteration += 1) journalIteration(run, iteration);
  await setTimeout(50);
  expect(await session.close('stopped')).toMatch(/is out of reach/);
  expect(performance.now() - began).toBeLessThan(2000);
  expect(warnings).toEqual([
    expect.stringMatching(/^mlflow: http:\/\/127.0.0.1:\d+ is out of reach \(ECONNREFUSED\)$/),
  ]);
  await sync();
  expect(steps(server.run('seed-7'), 'real/accuracy')).toHaveLength(50);
  expect(server.run('seed-7').status).toBe('KILLED');
});

test('a server that never answers ends in bounded time', async () => {
  server.fault = () => 'hang';
  const session = tracker({ flushSeconds: 0.3 }).follow({ path: folder, warn });
  const began = performance.now();
  journalIteration(run, 1);
  session.record({ time: '', event: '' });
  expect(await session.close('failed')).toMatch(/did not answer within 0.5 s|no time/);
  expect(performance.now() - began).toBeLessThan(1500);
});

test('of a batch that is rejected only the bad points are set aside', async () => {
  server.rejects = ({ key, step }) => key === 'real/update/loss' && step % 10 === 3;
  for (let iteration = 1; iteration <= 30; iteration += 1) journalIteration(run, iteration);
  expect(await sync()).toMatchObject({ refused: 3 });
  const whole = server.run('seed-7');
  expect(steps(whole, 'real/accuracy')).toHaveLength(30);
  expect(steps(whole, 'real/update/loss').map(([step]) => step)).toEqual(
    Array.from({ length: 30 }, (_, index) => index + 1).filter((step) => step % 10 !== 3),
  );
  expect(warnings).toContainEqual(expect.stringMatching(/refuses real\/update\/loss at step 13, .*: a bad metric/s));
});

test('a run deleted on the server is named, and no point is blamed for it', async () => {
  journalIteration(run, 1);
  await sync();
  server.run('seed-7').lifecycle_stage = 'deleted';
  journalIteration(run, 2);
  await expect(sync()).rejects.toMatchObject({ message: expect.stringMatching(/was deleted/), code: 'mlflow-missing' });
});

test('a server that lost its runs gets everything again', async () => {
  journalIteration(run, 1);
  await sync();
  server.runs.clear();
  server.experiments.clear();
  journalIteration(run, 2);
  await sync();
  expect(steps(server.run('seed-7'), 'real/accuracy').map(([step]) => step)).toEqual([1, 2]);
  expect(warnings).toContainEqual(expect.stringMatching(/no longer has the run/));
});

test('runs of a group are nested in one parent; a run made beforehand is written into', async () => {
  await sync({ group: "everyone's" });
  const other = join(folder, '..', 'seed-8');
  smallRun(other)[Symbol.dispose]();
  await tracker({ group: "everyone's" }).sync({ path: other, warn }, AbortSignal.timeout(5000));
  const parent = server.run("everyone's").run_id;
  expect(['seed-7', 'seed-8'].map((name) => server.run(name).tags.get('mlflow.parentRunId'))).toEqual([parent, parent]);

  const third = join(folder, '..', 'seed-9');
  smallRun(third)[Symbol.dispose]();
  const given = tracker({}, { MLFLOW_RUN_ID: parent });
  await given.sync({ path: third, warn }, AbortSignal.timeout(5000));
  expect(server.run("everyone's").params.get('seed')).toBe('7');
  expect([...server.runs.values()].filter(({ name }) => name === 'seed-9')).toEqual([]);
});

test.each([
  [{ MLFLOW_TRACKING_TOKEN: 'secret-token' }, 'Bearer secret-token'],
  [
    { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'secret-word', MLFLOW_TRACKING_TOKEN: 'x' },
    `Basic ${Buffer.from('me:secret-word').toString('base64')}`,
  ],
])('credentials of the environment open the door and are written nowhere: %j', async (environment, header) => {
  server.authorization = header;
  await expect(sync()).rejects.toMatchObject({ code: 'mlflow-forbidden', remedy: expect.stringMatching(/MLFLOW_/) });
  await tracker({}, environment).sync({ path: folder, warn }, AbortSignal.timeout(5000));
  expect(server.run('seed-7').status).toBe('KILLED');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (existsSync(path) && /\.jsonl?$/.test(name)) expect(readFileSync(path, 'utf8')).not.toMatch(/secret/);
  }
  expect(warnings.join()).not.toMatch(/secret/);
});

test('a state file that is damaged is named, and training goes on without', async () => {
  await sync();
  const [name = ''] = readdirSync(join(folder, 'trackers'));
  writeFileSync(join(folder, 'trackers', name), '{');
  await expect(sync()).rejects.toMatchObject({ message: expect.stringMatching(/cannot read .*trackers/) });
  const session = tracker().follow({ path: folder, warn });
  session.record({ time: '', event: '' });
  expect(await session.close('finished')).toMatch(/cannot read/);
});

test('a server that is none of MLflow’s is named', async () => {
  server.experiments.set('rsim', null as unknown as string);
  await expect(sync()).rejects.toMatchObject({ message: expect.stringMatching(/answer to experiments\/get-by-name/) });
});
