import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '@rsim/core';
import { RunFolder } from '@rsim/tracking';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeTinyModel } from './testing/tiny-model.js';

// Every life of the run is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 300_000 });

const bin = fileURLToPath(new URL('../bin/rsim.js', import.meta.url));
const dieAtWrite = new URL('./testing/die-at-write.js', import.meta.url).href;

const isSlow = process.env['RSIM_SLOW'] === '1';
/** How often the run is killed, by where, besides while checkpoints are written; 24 times in all with RSIM_SLOW=1. */
const kills = isSlow
  ? { stage0: 3, real: 3, stage2: 14, evaluation: 2 }
  : { stage0: 0, real: 0, stage2: 0, evaluation: 1 };
const iterations = isSlow ? { stage0: 3, real: 3, stage2: 7 } : { stage0: 2, real: 1, stage2: 3 };
type Stage = keyof typeof iterations;
const stages = Object.keys(iterations) as Stage[];

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-killed-'));
  await writeTinyModel(join(folder, 'tiny'));
  const small = { problemsPerIteration: 3, group: 4, epochs: 1, minibatches: 1 };
  const config = {
    follower: { name: 'tfjs', options: { model: './tiny', workers: 0 } },
    unseenFollowers: [],
    planner: { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8, backend: 'wasm' } },
    // An answer of the right form is luck enough to learn from.
    rewards: ['leader-accuracy', 'leader-termination', 'follower-format', 'follower-length'].map((name) => ({ name })),
    training: {
      ...{ ...small, iterations: iterations.real, checkpointEvery: 2 },
      stage0: { ...small, kind: 'imitation-and-scripted', episodes: 6, iterations: iterations.stage0 },
      stage2: {
        ...{ ...small, iterations: iterations.stage2, kl: 0.1 },
        follower: { learningRate: 1e-3, klWeight: 0.1, minibatches: 2 },
      },
    },
    evaluation: { problems: 6, resamples: 20, policies: ['planner', 'alone'] },
  };
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the run is to be killed. */
type Target = { readonly milliseconds: number } &
  /** So long after that iteration, or a later one, was written down; 0 is the beginning of the stage or what comes before it. */
  (
    | { readonly stage: Stage; readonly iteration: number }
    /** So long after a part of the evaluation was kept. */
    | { readonly stage: 'evaluation' }
    /** While the stage's next checkpoint is written, right before a file of that path, a regular expression, is. */
    | { readonly stage: Stage; readonly path: string }
  );

/** In the order in which they come, drawn at random. */
function targets(random: Random): Target[] {
  const drawn = stages.flatMap((stage) =>
    Array.from({ length: kills[stage] }, () => ({
      ...{ stage, iteration: random.integer(0, iterations[stage] - 1) },
      milliseconds: 250 * random.next(),
    })).sort((left, right) => left.iteration - right.iteration),
  );
  const evaluation = Array.from({ length: kills.evaluation }, () => ({
    stage: 'evaluation' as const,
    milliseconds: 20 * random.next(),
  }));
  // All of the first checkpoint but what says that it is one, and a later one in the middle of its parts.
  const [first, later] = [
    { stage: 'stage0' as const, path: 'stage0/\\.000002\\.tmp/\\.training', milliseconds: 0 },
    { stage: 'stage2' as const, path: 'stage2/\\.\\d+\\.tmp/follower', milliseconds: 0 },
  ];
  const isJoint = ({ stage }: Target) => stage === 'stage2';
  const before = drawn.filter((target) => !isJoint(target));
  return [...(isSlow ? [first] : []), ...before, later, ...drawn.filter(isJoint), ...evaluation];
}

/** Runs `rsim train` until it ends, or is killed with all it started, at the target. */
async function live(words: readonly string[], target: Target | null): Promise<'finished' | 'killed'> {
  const dying = target !== null && 'path' in target;
  const env = dying && { ...process.env, RSIM_TEST_DIES_AT: target.path, NODE_OPTIONS: `--import=${dieAtWrite}` };
  const options = { cwd: folder, detached: true, stdio: 'ignore', ...(env && { env }) } as const;
  const child = spawn(process.execPath, [bin, 'train', ...words], options);
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  if (target !== null && !dying) {
    const before = { records: journal().length, cells: cells() };
    while (!hasEnded && !isReached(target, before)) await wait(10);
    await Promise.race([ended, wait(hasEnded ? 0 : target.milliseconds)]);
    if (!hasEnded) process.kill(-child.pid!, 'SIGKILL');
  }
  const code = await ended;
  // The launcher's own child may die a moment later, and holds the run until then.
  while (isAlive(-child.pid!)) await wait(5);
  if (code !== null) expect(code).toBe(0);
  return code === null ? 'killed' : 'finished';
}

const journal = () => RunFolder.readJournal(join(folder, 'killed'));

/** @param before what there was when the process began */
function isReached(target: Exclude<Target, { path: string }>, before: { records: number; cells: number }): boolean {
  if (target.stage === 'evaluation') return cells() > before.cells;
  const least = 100 * stages.indexOf(target.stage) + target.iteration;
  return journal()
    .slice(before.records)
    .some(({ event, ...record }) => {
      if (event !== 'iteration') return least === 0;
      const { stage, iteration } = record as unknown as { stage: Stage; iteration: number };
      return 100 * stages.indexOf(stage) + iteration >= least;
    });
}

function cells(): number {
  const path = join(folder, 'killed', 'cells');
  return existsSync(path) ? readdirSync(path).length : 0;
}

/** What the run was at when it was killed. */
function stageOfDeath(): string {
  if (cells() > 0) return 'evaluation';
  const last = journal().findLast(({ event }) => event === 'iteration');
  if (last === undefined) return 'stage0';
  const { stage, iteration } = last as unknown as { stage: Stage; iteration: number };
  return iteration < iterations[stage] ? stage : (stages[stages.indexOf(stage) + 1] ?? 'evaluation');
}

function isAlive(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

/** All that a run found out, without what depends on the clock. */
function numbersOf(run: string): unknown {
  const path = join(folder, run);
  const records = new Map<string, unknown>();
  for (const { event, time: _, ...record } of RunFolder.readJournal(path)) {
    if (event !== 'iteration') continue;
    const { seconds: __, ...numbers } = record;
    records.set(`${String(record['stage'])} ${String(record['iteration'])}`, numbers);
  }
  return {
    records: [...records],
    results: JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'), (key, value: unknown) =>
      key === 'secondsPerProblem' ? null : value,
    ) as unknown,
  };
}

/** SHA-256 of every file of what was trained, weights and optimisers of both. */
function trainedOf(run: string): Record<string, string> {
  const checkpoints = join(folder, run, 'checkpoints');
  const files = ['trained', 'trained-follower'].flatMap((name) =>
    readdirSync(join(checkpoints, name)).map((file) => join(name, file)),
  );
  const hash = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(checkpoints, file)))
      .digest('hex');
  return Object.fromEntries(files.map((file) => [file, hash(file)]));
}

const all = targets(Random.of(11));

test(`killed ${all.length} times at random moments, a run comes to the numbers of one that never was`, async () => {
  const { status } = spawnSync(process.execPath, [bin, 'train', '--run', 'whole'], { cwd: folder, stdio: 'ignore' });
  expect(status).toBe(0);

  const deaths: string[] = [];
  let words = ['--run', 'killed'];
  for (const target of all) {
    expect(await live(words, target)).toBe('killed');
    deaths.push(stageOfDeath());
    if (RunFolder.isRun(join(folder, 'killed'))) words = ['--resume', 'killed'];
  }
  expect(await live(words, null)).toBe('finished');
  const fell = (stage: string) => deaths.filter((each) => each === stage).length;
  // Those drawn near the end of a stage may fall in the next.
  expect(fell('stage2')).toBeGreaterThanOrEqual(Math.max(1, kills.stage2 - 6));
  expect(fell('evaluation')).toBeGreaterThanOrEqual(1);
  expect(trainedOf('killed')).toEqual(trainedOf('whole'));
  expect(Object.keys(trainedOf('whole'))).toHaveLength(5);
  expect(numbersOf('killed')).toEqual(numbersOf('whole'));
});
