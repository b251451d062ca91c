/**
 * Trains leader and follower together for as many iterations as it is told, with a tiny follower, and prints what every thread
 * that learns holds after each so many of them, one JSON line each:
 *
 *     NODE_OPTIONS=--import=./memory-probe.js node --conditions=@rsim/source --import tsx train-together.ts ITERATIONS EVERY
 */
import { once } from 'node:events';
import { BroadcastChannel } from 'node:worker_threads';
import { defaultStrategies, Random, type Episode } from '@rsim/core';
import { loadEmbeddedModel, TfjsFollower } from '@rsim/follower-adapters';
import { initializeDecoderWeights } from '@rsim/lm';
import { GruPlanner, trainPlanner } from '@rsim/planner';
import { wordProblems } from '@rsim/tasks';
import { BudgetedSuite } from '../budgeted-suite.js';

/** What one thread holds, its garbage collected: tensors, and bytes of its heap and of what its arrays hold outside it. */
export interface HeldMemory {
  readonly tensors: number;
  readonly heap: number;
}

export interface MemorySample {
  readonly iteration: number;
  /** Of the whole process, in bytes. */
  readonly resident: number;
  readonly threads: Readonly<Record<string, HeldMemory>>;
}

declare global {
  var rsimHeldMemory: () => Promise<HeldMemory>;
}

const [iterations = 0, every = 1] = process.argv.slice(2).map(Number);
/** Threads of the leader, of the follower and of what it was, beside the main one. */
const learning = 3;
const channel = new BroadcastChannel('rsim-memory');

async function sample(iteration: number): Promise<MemorySample> {
  const threads: Record<string, HeldMemory> = {};
  const heard = new EventTarget();
  channel.onmessage = (event) => {
    const { thread, ...held } = (event as { data: HeldMemory & { thread: string } }).data;
    threads[thread] = held;
    if (Object.keys(threads).length === learning) heard.dispatchEvent(new Event('all'));
  };
  const answered = once(heard, 'all', { signal: AbortSignal.timeout(60_000) });
  channel.postMessage({ asked: true });
  await answered;
  const main = await globalThis.rsimHeldMemory();
  return { iteration, resident: process.memoryUsage.rss(), threads: { main, ...threads } };
}

const nano = await loadEmbeddedModel('nano');
const config = { ...nano.config, hiddenSize: 48, intermediateSize: 96, layers: 2, heads: 2 };
const weights = initializeDecoderWeights(config, Random.of(3));
await using follower = await TfjsFollower.create({ ...nano, name: 'tiny', config, weights }, { workers: 1 });
/** Differs in every group, so that every iteration has something to learn. */
const likelihood = ({ steps }: Episode) =>
  steps.flatMap(({ logProbabilities }) => logProbabilities).reduce((sum, value) => sum + value, 0);
const terms = (episode: Episode) => [{ name: 'likelihood', score: likelihood(episode), weight: 1 }];
await trainPlanner({
  ...{ stage: 'memory', seed: 1, follower, strategySet: defaultStrategies, rewards: [], leaderTerms: terms },
  planner: new GruPlanner(defaultStrategies, 1, { buckets: 512, embedding: 16, hidden: 16 }),
  suites: [{ suite: new BudgetedSuite(wordProblems(), { steps: 3, tokens: 36, answerTokens: 6 }) }],
  followerRole: { follower, terms, settings: { minibatches: 2, klWeight: 0.01 } },
  settings: { iterations, mode: 'joint', problemsPerIteration: 2, group: 3, minibatches: 2, epochs: 1 },
  onIteration: async ({ iteration, update, followerUpdate }) => {
    if (update?.policy === null || followerUpdate?.policy === null) throw new Error('nothing was learned');
    if (iteration % every === 0) console.log(JSON.stringify(await sample(iteration)));
  },
});
channel.close();
