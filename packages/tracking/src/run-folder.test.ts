import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolderError, type Episode } from '@rsim/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeEnvironment } from './environment.js';
import { iterations } from './journal.js';
import { RunFolder } from './run-folder.js';

const environment = describeEnvironment({ versions: { rsim: '0.1.0' }, configDirectory: '/somewhere' });
const config = { seed: 7, suites: ['word-problems'] };

let base: string;
let path: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rsim-run-'));
  path = join(base, 'deep', 'run');
});
afterEach(() => rmSync(base, { recursive: true }));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(RunFolderError);
    expect((error as RunFolderError).remedy).not.toBe('');
    return (error as RunFolderError).code;
  }
  return 'nothing thrown';
}

test('a new run has its files, and reads back', () => {
  const episode = { key: 'k/0' } as Episode;
  {
    using run = RunFolder.open(path, { config, environment });
    expect(run.resumed).toBe(false);
    run.journal('iteration', { iteration: 0, accuracy: 0.5 });
    run.recordEpisode({ phase: 'train', iteration: 0, policy: 'planner', episode });
    run.write('results.json', { schema: 'rsim.results/1' });
  }
  expect(readdirSync(path).sort()).toEqual([
    'checkpoints',
    'config.json',
    'environment.json',
    'episodes.jsonl',
    'journal.jsonl',
    'results.json',
  ]);
  expect(RunFolder.readConfig(path)).toEqual(config);
  expect(RunFolder.readEnvironment(path)).toEqual(environment);
  expect(RunFolder.readJournal(path)).toMatchObject([{ event: 'iteration', iteration: 0, accuracy: 0.5 }]);
  expect(RunFolder.readEpisodes(path)).toMatchObject([{ phase: 'train', episode: { key: 'k/0' } }]);
  expect(JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'))).toEqual({ schema: 'rsim.results/1' });
});

test('refuses a folder that holds a run, unless it resumes with the same configuration', () => {
  RunFolder.open(path, { config, environment })[Symbol.dispose]();
  expect(codeOf(() => RunFolder.open(path, { config, environment }))).toBe('run-exists');
  expect(codeOf(() => RunFolder.open(path, { config: { seed: 8 }, environment, resume: true }))).toBe(
    'run-config-changed',
  );
  using again = RunFolder.open(path, { config: { ...config, left: undefined }, environment, resume: true });
  expect(again.resumed).toBe(true);
});

test('a second process is kept out, and what a killed one left behind is not in the way', () => {
  {
    using _run = RunFolder.open(path, { config, environment });
    expect(codeOf(() => RunFolder.open(path, { config, environment, resume: true }))).toBe('run-busy');
    expect(codeOf(() => RunFolder.remove(path))).toBe('run-busy');
  }
  // No process has the one number: it is above what any system gives. The other is that of a container's only process, each time.
  for (const number of [2 ** 30, process.pid]) {
    writeFileSync(join(path, 'lock.json'), JSON.stringify({ process: number, host: hostname() }));
    expect(RunFolder.holder(path)).toBe(null);
    RunFolder.open(path, { config, environment, resume: true })[Symbol.dispose]();
    expect(existsSync(join(path, 'lock.json'))).toBe(false);
  }
});

test('of two that find the same lock left behind, one takes it over', () => {
  RunFolder.open(path, { config, environment })[Symbol.dispose]();
  writeFileSync(join(path, 'lock.json'), JSON.stringify({ process: 2 ** 30, host: hostname() }));
  const holds: Disposable[] = [];
  const codes: string[] = [];
  const take = () => codes.push(codeOf(() => holds.push(RunFolder.hold(path))));
  // The second comes when the first has seen that the holder is gone.
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    if (kill.mock.calls.length === 1) take();
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  take();
  kill.mockRestore();
  expect(codes.sort()).toEqual(['nothing thrown', 'run-busy']);
  holds[0]?.[Symbol.dispose]();
  expect(readdirSync(path).filter((name) => name.startsWith('lock'))).toEqual([]);
});

test('resuming where there is nothing starts a run', () => {
  using run = RunFolder.open(path, { config, environment, resume: true });
  expect(run.resumed).toBe(false);
});

test('removing a run leaves what is not the run’s', () => {
  RunFolder.open(path, { config, environment })[Symbol.dispose]();
  writeFileSync(join(path, 'notes.txt'), 'mine');
  RunFolder.remove(path);
  expect(readdirSync(path)).toEqual(['notes.txt']);
  using run = RunFolder.open(path, { config, environment });
  expect(run.resumed).toBe(false);
});

test('a run is unfinished until its journal says otherwise, and only with its own configuration', () => {
  expect(RunFolder.isUnfinished(path, config)).toBe(false);
  using run = RunFolder.open(path, { config, environment });
  expect(RunFolder.isUnfinished(path, config)).toBe(true);
  expect(RunFolder.isUnfinished(path, { ...config, seed: 8 })).toBe(false);
  run.journal('finished');
  expect(RunFolder.isUnfinished(path, config)).toBe(false);
});

test('a crash in the middle of a journal record loses that record alone', () => {
  RunFolder.open(path, { config, environment })[Symbol.dispose]();
  appendFileSync(join(path, 'journal.jsonl'), '{"event":"iteration","iteration":0}\n{"event":"iter');
  {
    using run = RunFolder.open(path, { config, environment, resume: true });
    run.journal('resumed');
  }
  expect(RunFolder.readJournal(path).map(({ event }) => event)).toEqual(['iteration', 'resumed']);
});

test('an iteration that was done again counts once, with its later record', () => {
  const time = environment.time;
  const records = [
    { time, event: 'iteration', iteration: 0, accuracy: 0.1 },
    { time, event: 'iteration', iteration: 1, accuracy: 0.2 },
    { time, event: 'resumed', iteration: 1 },
    { time, event: 'iteration', iteration: 1, accuracy: 0.3 },
  ];
  expect(iterations(records).map(({ accuracy }) => accuracy)).toEqual([0.1, 0.3]);
});

test('a folder that cannot be written is refused, and nothing is left behind', () => {
  const file = join(base, 'file');
  writeFileSync(file, 'not a folder');
  expect(codeOf(() => RunFolder.open(join(file, 'run'), { config, environment }))).toBe('run-folder-unwritable');
  // Where the system has such a place: a folder that exists and in which nothing can be made.
  if (existsSync('/proc/self')) {
    expect(codeOf(() => RunFolder.open('/proc/run', { config, environment }))).toBe('run-folder-unwritable');
  }
  expect(readdirSync(base)).toEqual(['file']);
});

test('a folder without a run is named as such', () => {
  expect(codeOf(() => RunFolder.readConfig(base))).toBe('run-missing');
});

test('a failed write leaves no temporary file', () => {
  using run = RunFolder.open(path, { config, environment });
  expect(codeOf(() => run.write('checkpoints', {}))).toBe('run-folder-unwritable');
  expect(readdirSync(path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(existsSync(join(path, 'checkpoints'))).toBe(true);
});
