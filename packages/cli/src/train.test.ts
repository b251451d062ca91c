import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parrotConfig } from './testing/parrot-config.js';
import { runRsim } from './testing/run-rsim.js';
import { spawnRsim } from './testing/spawn-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const small = { problemsPerIteration: 3, group: 2, epochs: 1 };
const config = {
  ...parrotConfig,
  training: {
    ...small,
    ...{ iterations: 3, checkpointEvery: 2 },
    stage0: { kind: 'imitation-and-scripted', episodes: 6, iterations: 2, problemsPerIteration: 3, group: 2 },
  },
  evaluation: {
    ...{ problems: 4, resamples: 20, policies: ['planner', 'alone', 'random', 'fixed'] },
    fixedSearch: { candidates: 6, finalists: 2, screeningEpisodes: 12, episodes: 6 },
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-train-'));
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rsim = (words: readonly string[], environment?: Readonly<Record<string, string>>) =>
  runRsim(folder, words, environment);

/** Results without what depends on the clock. */
function results(run: string): unknown {
  const text = readFileSync(join(folder, run, 'results.json'), 'utf8');
  return JSON.parse(text, (key, value: unknown) => (key === 'secondsPerProblem' ? null : value));
}

test('a run leaves its folder whole, and one that was interrupted anywhere resumes to the same numbers', async () => {
  const { status, stdout, stderr } = await rsim(['train', '--run', 'whole', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'rsim.results/1' });
  const events = RunFolder.readJournal(join(folder, 'whole')).map(({ event }) => event);
  expect(events.filter((event, index) => event !== events[index - 1])).toEqual([
    'started',
    'imitation',
    'iteration',
    'usage',
    'finished',
  ]);
  const paid = RunFolder.readJournal(join(folder, 'whole')).find(({ event }) => event === 'usage');
  expect(paid).toMatchObject({ follower: 'parrot', requests: expect.any(Number), promptTokens: expect.any(Number) });
  expect(stderr).toMatch(
    new RegExp(`parrot: ${String(paid?.['requests'])} requests, .* cost ${String(paid?.['cost'])}`),
  );
  expect(events.filter((event) => event === 'iteration')).toHaveLength(5);
  const phases = new Set(RunFolder.readEpisodes(join(folder, 'whole')).map(({ phase }) => phase));
  expect(phases).toEqual(new Set(['stage0', 'real', 'evaluate']));

  // In the middle of training on real episodes, then in the middle of the evaluation.
  const train = ['train', '--run', 'broken', '--resume'];
  // A process of its own, for what its end says.
  const stopped = spawnRsim(folder, train, { PARROT_INTERRUPTS_AT: '40' });
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toMatch(/parrot: \d+ requests/);
  expect(stopped.stderr).toMatch(/go on with: rsim train --resume .*broken/);
  expect(existsSync(join(folder, 'broken', 'results.json'))).toBe(false);
  expect((await rsim(train, { PARROT_INTERRUPTS_AT: '160' })).status).toBe(130);
  expect((await rsim(train)).status).toBe(0);
  expect(results('broken')).toEqual(results('whole'));
});

test('a run in which no episode works ends with the first error, and can be gone on with', async () => {
  const model = fileURLToPath(new URL('../../follower-adapters/fixtures/qwen2', import.meta.url));
  const follower = { name: 'onnx', options: { model, workers: 0, format: 'plain', contextLength: 16 } };
  const training = { ...config.training, stage0: { kind: 'none' } };
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify({ ...config, follower, training }));
  const { status, stderr } = await rsim(['train', '--run', 'run']);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /error: all 6 episodes of an iteration failed, the first: The question has \d+ tokens; the follower/,
  );
  expect(stderr).toMatch(/rsim runs resume/);
  expect(stderr).not.toMatch(/the trained planner is in/);
  expect((await rsim(['runs', 'resume', 'run'])).stderr).toMatch(/going on with the run.*all 6 episodes/s);
});

test('a finished run is neither run again nor overwritten unless that is asked for', async () => {
  const train = ['train', '--run', 'run', '--set', 'evaluation.policies=["planner"]'];
  expect((await rsim(train)).status).toBe(0);
  const refused = await rsim(train);
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/there is already a run in .*--resume/s) });
  expect((await rsim([...train, '--resume'])).stderr).toBe('');
  expect((await rsim([...train, '--resume', '--overwrite'])).stderr).toMatch(/^starting the run/);
  expect(
    await rsim(['eval', 'run', '--set', 'evaluation.policies=["planner", "random"]', '--output', 'other.json']),
  ).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/random/),
  });
  expect(JSON.parse(readFileSync(join(folder, 'other.json'), 'utf8'))).toMatchObject({ schema: 'rsim.results/1' });
});

test('runs with different seeds are evaluated together, each planner with its own seed', async () => {
  const settings = ['--set', 'evaluation.policies=["planner"]', '--no-evaluation'];
  expect((await rsim(['train', '--run', 'one', ...settings])).status).toBe(0);
  expect((await rsim(['train', '--run', 'two', '--set', 'seed=2', ...settings])).status).toBe(0);
  expect((await rsim(['eval', 'one', 'one'])).stderr).toMatch(
    /the run in one has the seed 1, which another run has too/,
  );
  const { status, stdout } = await rsim(['eval', 'one', 'two', '--json', '--markdown', 'table.md']);
  expect(status).toBe(0);
  const seeds = (JSON.parse(stdout) as { rows: { seed: number }[] }).rows.map(({ seed }) => seed);
  expect(new Set(seeds)).toEqual(new Set([1, 2]));
  expect(readFileSync(join(folder, 'table.md'), 'utf8')).toMatch(/^\| planner \|/m);
});
