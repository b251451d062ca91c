import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, TOKENS, type TaskSuite } from '@rsim/core';
import type { RunFolder } from '@rsim/tracking';
import { expect, test, vi } from 'vitest';
import { cellVersions } from './cell-versions.js';
import { compose, type Composition } from './composition.js';
import { openRun, versions } from './open-run.js';
import { runContinual } from './run-continual.js';
import { runEvaluation } from './run-evaluation.js';
import { parrotConfig } from './testing/parrot-config.js';

const config = parseConfig({ tasks: [{ suite: 'plain' }, { suite: 'strict', options: { tolerance: 0.1 } }] }, 'test');
const suites = ['plain', 'strict'].map((name) => ({ name }) as TaskSuite);

test('cells of other versions, or of a suite with other options, are told apart', () => {
  const of = cellVersions(config, suites);
  expect(of('plain')).toBe(JSON.stringify(versions()));
  expect(of('strict')).toMatch(/"tolerance":0\.1/);
  const looser = parseConfig({ tasks: [{ suite: 'plain' }, { suite: 'strict', options: { tolerance: 1 } }] }, 'test');
  expect(cellVersions(looser, suites)('strict')).not.toBe(of('strict'));
});

test('a folder of the same versions needs no mark of them', () => {
  const of = cellVersions(config, suites, versions());
  expect(of('plain')).toBeUndefined();
  expect(of('strict')).toMatch(/tolerance/);
  expect(cellVersions(config, suites, { ...versions(), rsim: '0.0.1' })('plain')).toBe(JSON.stringify(versions()));
});

const small = { problems: 2, resamples: 20 };
const fixedSearch = { candidates: 4, finalists: 2, screeningEpisodes: 8, episodes: 4 };

/** Begins or goes on with the work of a run. */
type Work = (composition: Composition, run: RunFolder) => Promise<unknown>;

const evaluated: Work = (composition, run) => {
  const trained = { planner: composition.container.resolve(TOKENS.planner), trainedOn: 'parrot' };
  return runEvaluation({ composition, run, trained, signal: new AbortController().signal });
};
const sequence: Work = (composition, run) =>
  runContinual({ composition, run, methods: [], evaluated: true, signal: new AbortController().signal });

test.each([
  ['a run evaluated', { evaluation: { ...small, policies: ['alone'] } }, evaluated],
  ['schedules searched', { evaluation: { ...small, policies: ['fixed'], fixedSearch } }, evaluated],
  [
    'a sequence measured',
    { training: { stage0: { kind: 'none' }, iterations: 0 }, continual: { problems: 2 } },
    sequence,
  ],
])('what %s with other versions is done again, once', async (_, settings, work) => {
  const folder = mkdtempSync(join(tmpdir(), 'rsim-versions-'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const loaded = { config: parseConfig({ ...parrotConfig, ...settings }, 'test'), directory: '.' };
  const requests = async (): Promise<number | undefined> => {
    await using composition = await compose(loaded, { follower: true, unseenFollowers: true, planner: true });
    using run = openRun(folder, loaded, { resume: true });
    await work(composition, run);
    return composition.followers[0]?.usage?.requests;
  };
  const asked = await requests();
  expect(asked).toBeGreaterThan(0);
  expect(await requests()).toBe(0);
  const file = join(folder, 'environment.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"rsim": "[^"]+"/, '"rsim": "0.0.1"'));
  expect(await requests()).toBe(asked);
  expect(await requests()).toBe(0);
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});
