import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEnvironment, RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunReader } from './run-reader.js';
import { samplePolicies, writeSampleRun } from './testing/sample-run.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-report-'));
  path = join(folder, 'run');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a finished run is read whole', () => {
  writeSampleRun(path, { iterations: 5, problems: 3 });
  const reader = new RunReader(path);
  reader.read();
  const { data, bodies } = reader.run;
  expect(data).toMatchObject({ name: 'run', state: 'finished', notices: [], finished: { seconds: 90 } });
  expect(data.points.map(({ stage, iteration }) => [stage, iteration])).toEqual(
    [1, 2, 3, 4, 5].map((at) => ['real', at]),
  );
  expect(data.points[0]?.values).toMatchObject({
    accuracy: expect.any(Number),
    'update.policy.entropy': expect.any(Number),
  });
  expect(data.episodes).toHaveLength(5 + 3 * samplePolicies.length);
  expect(bodies).toHaveLength(data.episodes.length);
  expect(data.problems).toHaveLength(5 + 3);
  expect(data.strategies.map(({ title }) => title)).toContain('Deep thinking');
  expect(data.results?.rows.length).toBeGreaterThan(0);
  expect(data.tables.length).toBeGreaterThan(0);
  expect(reader.read()).toBeNull();
});

test('what is missing or damaged is said, and the rest is there', () => {
  writeSampleRun(path, { iterations: 3, problems: 1, finished: false });
  appendFileSync(join(path, 'journal.jsonl'), '{"event":"iteration","iter\n{"event": 7}\n');
  appendFileSync(join(path, 'episodes.jsonl'), '{"phase":"real","episode":{"steps":"none"}}\n');
  writeFileSync(join(path, 'results.json'), '{"schema":"rsim.results/9"}');
  writeFileSync(join(path, 'environment.json'), '{"node":');
  const reader = new RunReader(path);
  reader.read();
  const { data } = reader.run;
  expect(data.state).toBe('stopped');
  expect(data.points).toHaveLength(3);
  expect(data.episodes).toHaveLength(3 + samplePolicies.length);
  expect(data.notices).toEqual([
    expect.stringMatching(/^environment\.json cannot be read/),
    'results.json is not of schema rsim.results/1 and is left out.',
    'journal.jsonl has 2 damaged lines, which are left out.',
    'episodes.jsonl has 1 damaged line, which are left out.',
  ]);
});

test('an iteration that was done again counts with its later record', () => {
  const environment = describeEnvironment({ versions: {}, configDirectory: folder });
  using run = RunFolder.open(path, { config: {}, environment });
  for (const accuracy of [0.1, 0.2, 0.3]) run.journal('iteration', { stage: 'real', iteration: 1, accuracy });
  run.journal('iteration', { stage: 'stage0', iteration: 1, accuracy: 0.5 });
  const reader = new RunReader(path);
  reader.read();
  expect(reader.run.data.points).toEqual([
    { stage: 'real', iteration: 1, values: { accuracy: 0.3 } },
    { stage: 'stage0', iteration: 1, values: { accuracy: 0.5 } },
  ]);
  expect(reader.run.data.state).toBe('running');
});

test('a run is followed from before it begins until after it is gone', () => {
  const reader = new RunReader(path);
  expect(reader.read()).toMatchObject({ points: [], notices: expect.any(Array) });
  expect(reader.run.data.state).toBe('waiting');
  expect(reader.read()).toBeNull();
  const environment = describeEnvironment({ versions: {}, configDirectory: folder });
  {
    using run = RunFolder.open(path, { config: { seed: 4 }, environment });
    run.journal('iteration', { stage: 'real', iteration: 1, accuracy: 0.5 });
    expect(reader.read()).toMatchObject({ state: 'running', points: [{ iteration: 1 }], restarted: false });
    run.journal('iteration', { stage: 'real', iteration: 2, accuracy: 0.6 });
    expect(reader.read()).toMatchObject({ points: [{ iteration: 2 }], bodies: [] });
    run.journal('finished', { seconds: 3 });
  }
  expect(reader.read()).toMatchObject({ state: 'finished', finished: { seconds: 3 } });
  rmSync(path, { recursive: true });
  expect(reader.read()).toMatchObject({ state: 'gone' });
  expect(reader.run.data.points).toHaveLength(2);
  // Another run in the same folder.
  writeSampleRun(path, { iterations: 1, problems: 1 });
  expect(reader.read()).toMatchObject({ restarted: true, points: [{ iteration: 1 }], state: 'finished' });
  expect(reader.run.data.points).toHaveLength(1);
});

test('a page keeps only so many episodes, those of the evaluation first', () => {
  writeSampleRun(path, { iterations: 30, problems: 2 });
  const reader = new RunReader(path, 12);
  reader.read();
  const { episodes, notices } = reader.run.data;
  expect(episodes).toHaveLength(12);
  expect(episodes.filter(({ iteration }) => iteration === null)).toHaveLength(2 * samplePolicies.length);
  expect(notices).toEqual(['26 episodes are left out: a page keeps 12 of a run.']);
});

test('an empty folder is a run that has not begun', () => {
  mkdirSync(path);
  const reader = new RunReader(path);
  reader.read();
  expect(reader.run.data).toMatchObject({ state: 'waiting', points: [], episodes: [], results: null });
});
