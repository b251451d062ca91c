/**
 * What learning costs the trainable follower: an update over the episodes of one iteration, and the swap of its rollouts'
 * weights. `npm run follower-update -w tools/benchmarks -- MODEL EPISODES`.
 */
import { loadavg } from 'node:os';

import { defaultStrategies, type FollowerBatch, Random, type Strategy } from '@rsim/core';
import { EmbeddedFollower, loadEmbeddedModel } from '@rsim/follower-adapters';
import { DecoderPolicy } from '@rsim/lm/training';

const [name = 'small', count = '64'] = process.argv.slice(2);
const updates = 5;
const swaps = 8;

/** Episodes as a joint iteration has them: 60 to 160 tokens of which two thirds were written. */
function episodes(vocabulary: number, random: Random): FollowerBatch['sequences'] {
  return Array.from({ length: Number(count) }, () => {
    const tokens = Array.from({ length: random.integer(60, 160) }, () => random.integer(12, vocabulary - 1));
    const written = tokens.map((_, place) => place > 20 && place % 4 !== 0);
    return {
      tokens,
      advantages: written.map((isWritten) => (isWritten ? random.next() - 0.5 : 0)),
      oldLogProbabilities: written.map((isWritten) => (isWritten ? -5 : null)),
    };
  });
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Of the processor: what a loaded machine takes longer for is not counted. */
async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;

/** From asking for a short step, with or without new weights, to having it. */
async function swapTime(workers: number, model: Awaited<ReturnType<typeof loadEmbeddedModel>>): Promise<string> {
  await using follower = await EmbeddedFollower.create(model, { workers });
  const strategy = defaultStrategies.strategies[0] as Strategy;
  const step = async (): Promise<void> => {
    const sessions = await Promise.all(Array.from({ length: Math.max(1, workers) }, () => follower.open('a=3')));
    await Promise.all(sessions.map((session) => session.step(strategy, { maxTokens: 2, temperature: 1, seed: 1 })));
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  };
  const [plain, building, swapped]: [number[], number[], number[]] = [[], [], []];
  for (let trial = 0; trial < swaps; trial += 1) {
    plain.push(await milliseconds(step));
    const began = performance.now();
    follower.swapWeights(model.weights);
    await (await follower.open('a=3'))[Symbol.asyncDispose]();
    building.push(performance.now() - began);
    await step();
    swapped.push(performance.now() - began);
  }
  const engines = (median(swapped) - median(plain) - median(building)) / Math.max(1, workers);
  return `${median(building).toFixed(1)} ms here, and ${engines.toFixed(1)} ms in each of ${Math.max(1, workers)} engines`;
}

const model = await loadEmbeddedModel(name);
const sequences = episodes(model.config.vocabularySize, Random.of(1));
const tokens = sequences.reduce((sum, sequence) => sum + sequence.tokens.length, 0);
const settings = { learningRate: 1e-5, clip: 0.2, klWeight: 0 };
console.log(
  `${name}: ${model.parameters} parameters, ${count} episodes of ${tokens} tokens, load ${loadavg()[0]?.toFixed(1)}`,
);

const policy = new DecoderPolicy(model.config, model.weights);
const times: number[] = [];
for (let update = 0; update < updates; update += 1) {
  times.push(await processorSeconds(() => policy.update({ sequences, ...settings })));
}
console.log(
  `update: ${times.map((time) => time.toFixed(2)).join(', ')} s of processor time; ${Math.round(tokens / median(times))} tokens/s`,
);
for (const workers of [0, 1, 2]) console.log(`swap, ${workers} workers: ${await swapTime(workers, model)}`);
console.log('rss', Math.round(process.memoryUsage().rss / 1e6), 'MB');
