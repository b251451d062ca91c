import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runEpisodes, take } from '@rsim/core';
import type { ContinualMethod, Episode, Planner, RewardRule, TaskSuite } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GruPlanner } from '../gru-planner.js';
import { ObedientFollower, toyTask } from '../testing/toy-tasks.js';
import { trainPlanner } from '../train-planner.js';
import { ContinualPlanner } from './continual-planner.js';
import { Ewc, ewcOptionsSchema } from './ewc.js';
import { Kl, klOptionsSchema } from './kl.js';
import { Replay, replayOptionsSchema } from './replay.js';
import { toyStrategySet } from '../testing/toy-training.js';
import { trainTasks } from './train-tasks.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-continual-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const strategySet = toyStrategySet('continuation', 'validation', 'termination');
const tasks = [toyTask('lamp', 'validation'), toyTask('boat', 'continuation')];
const reward: RewardRule = {
  ...{ name: 'accuracy', role: 'leader', weight: 1 },
  score: ({ verdict }) => verdict?.score ?? null,
};

const methods: Readonly<Record<string, () => ContinualMethod[]>> = {
  naive: () => [],
  clone: () => [new Replay(replayOptionsSchema.parse({ capacity: 64 }), strategySet, 1)],
  policy: () => [new Replay(replayOptionsSchema.parse({ capacity: 64, learn: 'policy', share: 0.5 }), strategySet, 1)],
  kl: () => [new Kl(klOptionsSchema.parse({ capacity: 64 }), 1)],
  'kl on new states': () => [new Kl(klOptionsSchema.parse({ on: 'new' }), 1)],
  'kl on both': () => [new Kl(klOptionsSchema.parse({ on: 'both', capacity: 64 }), 1)],
  ewc: () => [new Ewc(ewcOptionsSchema.parse({ weight: 300 }), 1)],
  'online ewc': () => [new Ewc(ewcOptionsSchema.parse({ weight: 300, online: true }), 1)],
  'replay+kl+ewc': () => ['clone', 'kl', 'ewc'].flatMap((name) => methods[name]!()),
};

const smallGru = () =>
  new GruPlanner(strategySet, 7, { buckets: 256, embedding: 8, hidden: 12, backend: 'cpu', worker: false });

interface SequenceOptions {
  readonly where?: string;
  readonly iterations?: number;
  /** Stops in this iteration of this task. */
  readonly stopAt?: readonly [task: string, iteration: number];
}

/** Trains on both tasks: the accuracy on each before and after each, and the weights in the end; no accuracies where it was stopped. */
async function sequence(method: string, options: SequenceOptions = {}): Promise<{ rows: number[][]; bytes: Buffer }> {
  const { where = join(folder, method), iterations = 16, stopAt } = options;
  const planner = new ContinualPlanner(smallGru(), methods[method]!());
  const rows: number[][] = [];
  const train = async (suite: TaskSuite): Promise<void> => {
    const stop = new AbortController();
    const { finished } = await trainPlanner({
      ...{ stage: suite.name, planner, follower: new ObedientFollower(), suites: [{ suite }], strategySet },
      ...{ rewards: [reward], seed: 5, signal: stop.signal },
      leaderTerms: ({ rewards }) => [{ name: 'accuracy', score: rewards.leader['accuracy']!, weight: 1 }],
      settings: {
        iterations,
        problemsPerIteration: 8,
        group: 8,
        epochs: 2,
        minibatches: 1,
        learningRate: 1e-2,
        entropy: 0.05,
        finalEntropy: 1,
      },
      checkpoints: { folder: join(where, suite.name), every: 4 },
      onIteration: ({ iteration }) => {
        if (suite.name === stopAt?.[0] && iteration === stopAt[1]) stop.abort();
      },
    });
    if (!finished) throw new Error('stopped');
  };
  const steps = tasks.map((suite) => ({ name: suite.name, train: () => train(suite) }));
  const onStep = async () => void rows.push(await Promise.all(tasks.map((suite) => accuracyOf(planner, suite))));
  await trainTasks({ planner, steps, folder: join(where, 'tasks'), onStep }).catch((error: Error) => {
    if (error.message !== 'stopped') throw error;
    rows.length = 0;
  });
  await planner.saveLeader(join(where, 'leader'));
  return { rows, bytes: await readFile(join(where, 'leader', 'planner.safetensors')) };
}

async function testEpisodes(planner: Planner, suite: TaskSuite): Promise<Episode[]> {
  const problems = take(suite.problems({ split: 'test', seed: 1 }), 30).map((problem) => ({ problem, suite }));
  const options = { problems, samples: 1, follower: new ObedientFollower(), planner, strategySet, rewards: [] };
  return runEpisodes({ ...options, temperature: 1, greedy: true, seed: 3 });
}

async function accuracyOf(planner: Planner, suite: TaskSuite): Promise<number> {
  const episodes = await testEpisodes(planner, suite);
  return episodes.filter(({ verdict }) => verdict?.status === 'correct').length / episodes.length;
}

describe('one planner, task after task', { timeout: 120_000 }, () => {
  it('forgets the first task by fine-tuning, and keeps it by replay', async () => {
    expect((await sequence('naive')).rows.at(-1)).toEqual([0, 1]);
    expect((await sequence('clone')).rows.at(-1)).toEqual([1, 1]);
  });

  it.each(['policy', 'kl', 'kl on new states', 'kl on both', 'ewc', 'online ewc', 'replay+kl+ewc'])(
    '%s changes what is learned from the second task on, not before',
    async (method) => {
      const [naive, other] = [await sequence('naive', { iterations: 2 }), await sequence(method, { iterations: 2 })];
      expect(other.rows.slice(0, 2)).toEqual(naive.rows.slice(0, 2));
      expect(other.bytes.equals(naive.bytes)).toBe(false);
    },
  );

  it.each(['clone', 'replay+kl+ewc'])('%s, stopped in the second task, comes to the same weights', async (method) => {
    const whole = await sequence(method, { iterations: 6, where: join(folder, 'whole') });
    const stopped = await sequence(method, { iterations: 6, where: join(folder, 'stopped'), stopAt: ['boat', 3] });
    expect(stopped.rows).toEqual([]);
    expect(stopped.bytes.equals(whole.bytes)).toBe(false);
    const resumed = await sequence(method, { iterations: 6, where: join(folder, 'stopped') });
    expect(resumed.rows.at(-1)).toEqual(whole.rows.at(-1));
    expect(resumed.bytes.equals(whole.bytes)).toBe(true);
  });

  it('measures no divergence in old episodes: their reference is an earlier one', async () => {
    const gru = smallGru();
    const planner = new ContinualPlanner(gru, methods['policy']!());
    const update = vi.spyOn(gru, 'update');
    for (const suite of tasks) {
      planner.task = suite.name;
      const group = (await testEpisodes(gru, suite)).map((episode) => ({
        ...{ episode, advantages: episode.steps.map(() => 1), referenceLogProbabilities: episode.steps.map(() => -1) },
      }));
      const settings = { epochs: 1, minibatches: 1, clip: 0.2, learningRate: 1e-2, entropy: 0, maxGradientNorm: 1 };
      await planner.update({ groups: [group], settings: { ...settings, kl: 1 } });
    }
    const [fresh, old] = update.mock.lastCall![0].groups;
    expect(old![0]).toMatchObject({
      episode: { problem: { suite: 'lamp' } },
      advantages: expect.any(Array) as number[],
    });
    expect(fresh![0]).toHaveProperty('referenceLogProbabilities');
    for (const credited of old!) expect(credited).not.toHaveProperty('referenceLogProbabilities');
  });

  it('refuses what another method remembered', async () => {
    await sequence('clone', { iterations: 2, where: join(folder, 'shared'), stopAt: ['boat', 1] });
    await expect(sequence('kl', { iterations: 2, where: join(folder, 'shared') })).rejects.toThrow(/refused|another/);
  });
});
