import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultStrategies, runEpisodes, take } from '@rsim/core';
import type { CheckpointError, ContinualMethod, Planner, RewardRule, TaskSuite } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GruPlanner } from '../gru-planner.js';
import { ObedientFollower, toyTask } from '../testing/toy-tasks.js';
import { trainPlanner } from '../train-planner.js';
import { ContinualPlanner } from './continual-planner.js';
import { Ewc, ewcOptionsSchema } from './ewc.js';
import { Kl, klOptionsSchema } from './kl.js';
import { Replay, replayOptionsSchema } from './replay.js';
import { trainTasks } from './train-tasks.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-continual-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const strategySet = {
  name: 'toy',
  strategies: defaultStrategies.strategies.filter(({ id }) =>
    ['continuation', 'validation', 'termination'].includes(id),
  ),
};
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

interface SequenceOptions {
  readonly where?: string;
  readonly iterations?: number;
  /** Stops in this iteration of this task. */
  readonly stopAt?: readonly [task: string, iteration: number];
  readonly onRefused?: (error: CheckpointError) => void;
}

/** Trains on both tasks and returns the accuracy on each after each; `[]` where it was stopped. */
async function sequence(method: string, options: SequenceOptions = {}): Promise<number[][]> {
  const { where = join(folder, method), iterations = 24, stopAt, onRefused } = options;
  const gru = new GruPlanner(strategySet, 7, { buckets: 256, embedding: 8, hidden: 12, backend: 'cpu' });
  const planner = new ContinualPlanner(gru, methods[method]!());
  const rows: number[][] = [];
  const train = async (suite: TaskSuite): Promise<void> => {
    const stop = new AbortController();
    const { finished } = await trainPlanner({
      ...{ stage: suite.name, planner, follower: new ObedientFollower(), suites: [{ suite }], strategySet },
      ...{ rewards: [reward], seed: 5, signal: stop.signal },
      leaderTerms: ({ rewards }) => [{ score: rewards.leader['accuracy']!, weight: 1 }],
      settings: { iterations, problemsPerIteration: 8, group: 8, epochs: 2, minibatches: 1, learningRate: 1e-2, entropy: 0.05, finalEntropy: 1 },
      checkpoints: { folder: join(where, suite.name), every: 4 },
      onIteration: ({ iteration }) => {
        if (suite.name === stopAt?.[0] && iteration === stopAt[1]) stop.abort();
      },
    });
    if (!finished) throw new Error('stopped');
  };
  const steps = tasks.map((suite) => ({ name: suite.name, train: () => train(suite) }));
  const onStep = async () => void rows.push(await Promise.all(tasks.map((suite) => accuracyOf(planner, suite))));
  await trainTasks({ planner, steps, folder: join(where, 'tasks'), onStep, onRefused }).catch((error: Error) => {
    if (error.message !== 'stopped') throw error;
    rows.length = 0;
  });
  return rows;
}

async function accuracyOf(planner: Planner, suite: TaskSuite): Promise<number> {
  const problems = take(suite.problems({ split: 'test', seed: 1 }), 30).map((problem) => ({ problem, suite }));
  const options = { problems, samples: 1, follower: new ObedientFollower(), planner, strategySet, rewards: [] };
  const episodes = await runEpisodes({ ...options, temperature: 1, greedy: true, seed: 3 });
  return episodes.filter(({ verdict }) => verdict?.status === 'correct').length / episodes.length;
}

describe('one planner, task after task', () => {
  it('x', async () => {
    for (const iterations of [8, 12, 16])
    for (const method of ['naive', 'clone', 'ewc']) {
      const t = performance.now();
      console.log(iterations, method, JSON.stringify(await sequence(method, { iterations, where: join(folder, method + iterations) })), performance.now() - t);
    }
  }, 100000);
});
