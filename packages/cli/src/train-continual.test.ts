import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accuracyMatrixSchema } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parrotConfig } from './testing/parrot-config.js';
import { runRsim } from './testing/run-rsim.js';
import { spawnRsim } from './testing/spawn-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const small = { problemsPerIteration: 2, group: 2, epochs: 1 };
const config = {
  ...parrotConfig,
  training: {
    ...{ ...small, iterations: 2, checkpointEvery: 1 },
    stage0: { ...small, kind: 'imitation-and-scripted', episodes: 6, iterations: 2 },
  },
  continual: { problems: 3 },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-continual-'));
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
  const { continual: _, ...plain } = config;
  writeFileSync(join(folder, 'plain.json'), JSON.stringify(plain));
});
afterAll(() => rmSync(folder, { recursive: true }));

const rsim = (words: readonly string[], environment?: Readonly<Record<string, string>>) =>
  runRsim(folder, words, environment);

const two = ['--tasks', 'list-programs,word-problems'];
const matrixOf = (run: string) =>
  accuracyMatrixSchema.parse(JSON.parse(readFileSync(join(folder, run, 'continual.json'), 'utf8')));

test('tasks in sequence leave an accuracy matrix, and a run that was interrupted comes to the same', async () => {
  const words = ['train', ...two, '--sequential', '--method', 'replay+ewc'];
  const whole = await rsim([...words, '--run', 'whole', '--json']);
  expect(whole).toMatchObject({ status: 0 });
  const matrix = matrixOf('whole');
  expect(matrix).toMatchObject({
    method: 'replay+ewc',
    order: 'sequential',
    tasks: ['list-programs', 'word-problems'],
  });
  expect(matrix.rows.map(({ after }) => after)).toEqual([null, 'list-programs', 'word-problems']);
  expect(JSON.parse(whole.stdout)).toMatchObject({ runs: [matrix], summaries: [{ name: 'replay+ewc' }] });
  expect(RunFolder.isFinished(join(folder, 'whole'))).toBe(true);

  // In the middle of the second task's real episodes.
  expect(await rsim([...words, '--run', 'broken'], { PARROT_INTERRUPTS_AT: '150' })).toMatchObject({
    status: 130,
    stderr: expect.stringMatching(/go on with: rsim train --resume .*broken/) as string,
  });
  expect(RunFolder.isFinished(join(folder, 'broken'))).toBe(false);
  expect(await rsim(['train', '--resume', 'broken'])).toMatchObject({ status: 0 });
  expect(matrixOf('broken')).toEqual(matrix);
  const weights = (run: string) => readFileSync(join(folder, run, 'checkpoints/trained/planner.safetensors'));
  expect(weights('broken').equals(weights('whole'))).toBe(true);
});

test('joint training is measured likewise, and runs are compared', async () => {
  expect(await rsim(['train', ...two, '--joint', '--run', 'joint'])).toMatchObject({ status: 0 });
  expect(await rsim(['train', ...two, '--curriculum', '--run', 'curriculum'])).toMatchObject({ status: 0 });
  expect(matrixOf('joint').rows.map(({ after }) => after)).toEqual([null, 'all tasks']);
  const compared = await rsim(['continual', 'joint', 'curriculum', '--markdown', 'table.md']);
  expect(compared).toMatchObject({ status: 0, stdout: expect.stringMatching(/^joint .*\n.*curriculum/m) as string });
  expect(readFileSync(join(folder, 'table.md'), 'utf8')).toMatch(/\| curriculum +\|/);
  expect(await rsim(['continual', 'joint', 'joint'])).toMatchObject({ status: 2 });
});

test('what makes no sense is refused before a run folder is there', async () => {
  const refused = async (words: readonly string[], message: RegExp) =>
    expect(await rsim(['train', '--run', 'none', ...words])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(message) as string,
    });
  await refused(['--config', 'plain.json', '--method', 'replay'], /not learned in sequence.*--sequential/s);
  await refused(['--sequential', '--method', 'repaly'], /no continual-learning method "repaly".*replay/s);
  await refused(['--sequential', '--method', 'replay+'], /names nothing between/);
  await refused(['--sequential', '--method', 'kl+kl'], /"kl" is asked for twice/);
  const both = spawnRsim(folder, ['train', '--run', 'none', ...two, '--sequential', '--joint']);
  expect(both).toMatchObject({ status: 2, stderr: expect.stringMatching(/cannot be used with/) as string });
  expect(RunFolder.isRun(join(folder, 'none'))).toBe(false);
});
