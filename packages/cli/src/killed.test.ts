import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '@rsim/core';
import { embeddedModels, loadEmbeddedModel } from '@rsim/follower-adapters';
import { initializeDecoderWeights, type TokenizerJson } from '@rsim/lm';
import { writeModelFolder } from '@rsim/lm/training';
import { RunFolder } from '@rsim/tracking';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// Every life of the run is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 300_000 });

/** How often the run is killed; 20 times and more with RSIM_SLOW=1, which takes minutes. */
const kills = process.env['RSIM_SLOW'] === '1' ? 24 : 3;
const bin = fileURLToPath(new URL('../bin/rsim.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-killed-'));
  await writeTinyModel(join(folder, 'tiny'));
  const small = { problemsPerIteration: 3, group: 4, epochs: 1, minibatches: 1 };
  const config = {
    follower: { name: 'tfjs', options: { model: './tiny', workers: 0 } },
    unseenFollowers: [],
    planner: { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8, backend: 'cpu' } },
    // An answer of the right form is luck enough to learn from.
    rewards: ['leader-accuracy', 'leader-termination', 'follower-format', 'follower-length'].map((name) => ({ name })),
    training: {
      ...{ ...small, iterations: kills, checkpointEvery: 1 },
      stage0: { ...small, kind: 'imitation-and-scripted', episodes: 6, iterations: 3 },
      stage2: { ...small, iterations: kills, follower: { learningRate: 1e-3, klWeight: 0.1, minibatches: 2 } },
    },
    evaluation: { problems: 6, resamples: 20, policies: ['planner', 'alone'] },
  };
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A follower with random weights and the shipped vocabulary. */
async function writeTinyModel(path: string): Promise<void> {
  const nano = await loadEmbeddedModel('nano');
  const config = { ...nano.config, hiddenSize: 16, intermediateSize: 24, layers: 1, heads: 2 };
  const weights = initializeDecoderWeights(config, Random.of(3));
  const shipped = (await embeddedModels()).find(({ name }) => name === 'nano')!;
  const tokenizer = JSON.parse(readFileSync(join(shipped.path, 'tokenizer.json'), 'utf8')) as TokenizerJson;
  await writeModelFolder(path, { name: 'tiny', config, weights, tokenizer, card: '' });
}

/**
 * Runs `rsim train` until it ends, or is killed with all it started: some milliseconds after the journal has grown by so many
 * records.
 */
async function live(words: readonly string[], records: number, milliseconds: number): Promise<'finished' | 'killed'> {
  const child = spawn(process.execPath, [bin, 'train', ...words], { cwd: folder, detached: true, stdio: 'ignore' });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const enough = journalLength() + records;
  while (!hasEnded && journalLength() < enough) await wait(20);
  await Promise.race([ended, wait(hasEnded ? 0 : milliseconds)]);
  if (hasEnded) {
    expect(await ended).toBe(0);
    return 'finished';
  }
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
  // The launcher's own child may die a moment later, and holds the run until then.
  while (isAlive(-child.pid!)) await wait(20);
  return 'killed';
}

function isAlive(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

const journalLength = (): number => RunFolder.readJournal(join(folder, 'killed')).length;

/** All that a run found out, without what depends on the clock. */
function numbersOf(run: string): unknown {
  const path = join(folder, run);
  const iterations = new Map<string, unknown>();
  for (const { event, time: _, ...record } of RunFolder.readJournal(path)) {
    if (event !== 'iteration') continue;
    const { seconds: __, ...numbers } = record;
    iterations.set(`${String(record['stage'])} ${String(record['iteration'])}`, numbers);
  }
  return {
    iterations: [...iterations],
    results: JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'), (key, value: unknown) =>
      key === 'secondsPerProblem' ? null : value,
    ) as unknown,
  };
}

test(`killed ${kills} times at random moments, a run comes to the numbers of one that never was`, async () => {
  const { status } = spawnSync(process.execPath, [bin, 'train', '--run', 'whole'], { cwd: folder, stdio: 'ignore' });
  expect(status).toBe(0);

  const random = Random.of(11);
  let words = ['--run', 'killed'];
  for (let killed = 0; killed < kills; killed += 1) {
    // Right at the start, in an iteration, or while it is written down.
    const end = await live(words, random.integer(0, 2), 400 * random.next());
    expect(end).toBe('killed');
    if (RunFolder.isRun(join(folder, 'killed'))) words = ['--resume', 'killed'];
  }
  expect(await live(words, Infinity, 0)).toBe('finished');
  expect(numbersOf('killed')).toEqual(numbersOf('whole'));
});
