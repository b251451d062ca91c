import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { defaultStrategies, type Follower, type Strategy } from '@rsim/core';
import { type DecoderWeights, readPublishedModel } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { EmbeddedFollower } from './embedded/embedded-follower.js';
import { loadEmbeddedModel } from './embedded/embedded-model.js';
import { llamaCppOptionsSchema } from './llama-cpp/llama-cpp-options.js';
import { openLlamaCppFollower } from './llama-cpp/open-llama-cpp-follower.js';
import { OnnxFollower } from './onnx/onnx-follower.js';
import { onnxOptionsSchema } from './onnx/onnx-options.js';
import { embeddedConversation } from './testing/embedded-conversation.js';
import { exportNano } from './testing/exported-nano.js';
import { questions } from './testing/questions.js';
import { PublishedRollouts } from './tfjs/published-rollouts.js';
import { TfjsFollower } from './tfjs/tfjs-follower.js';
import { tfjsOptionsSchema } from './tfjs/tfjs-options.js';

const followers = 200;
const warmUp = 100;
const swaps = 60;
const firstSwaps = 10;
/** Measurements at either end. */
const several = 5;
/** Growth that is no leak: a follower of `nano` holds a few megabytes, so a hundred that stay would show. */
const allowedBytes = 48 * 2 ** 20;

const library = inject('llamaLibrary');
const strategy = defaultStrategies.strategies[0] as Strategy;
let folder: string;
let onnx: string;
let gguf: string;
let safetensors: string;

type Writer = Pick<PublishedRollouts, 'open' | 'swapWeights' | typeof Symbol.asyncDispose> & {
  readonly weights: DecoderWeights;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-memory-'));
  onnx = await exportNano('onnx', join(folder, 'onnx'));
  gguf = await exportNano('gguf', join(folder, 'gguf'));
  safetensors = await exportNano('safetensors', join(folder, 'safetensors'));
});
afterAll(() => rm(folder, { recursive: true }));

const adapters: readonly [string, () => Promise<Follower>][] = [
  ['embedded', async () => EmbeddedFollower.create(await loadEmbeddedModel('nano'), { workers: 0 })],
  ['tfjs', async () => TfjsFollower.create(await loadEmbeddedModel('nano'), { workers: 0 })],
  ['onnx', () => OnnxFollower.create(onnxOptionsSchema.parse({ ...embeddedConversation, model: onnx, workers: 0 }))],
];

const swapping: readonly [string, () => Promise<Writer>][] = [
  [
    'embedded',
    async () => {
      const { weights, ...model } = await loadEmbeddedModel('nano');
      return Object.assign(await EmbeddedFollower.create({ ...model, weights }, { workers: 0 }), { weights });
    },
  ],
  [
    'published',
    async () => {
      const model = await readPublishedModel(safetensors);
      const options = tfjsOptionsSchema.parse({ ...embeddedConversation, model: safetensors, workers: 0 });
      const rollouts = await PublishedRollouts.create(model, safetensors, options, defaultStrategies);
      return Object.assign(rollouts, { weights: model.weights });
    },
  ],
];

describe('resident memory', { timeout: 600_000 }, () => {
  it.each(adapters)(`is no more after ${followers} followers than after ${warmUp}: %s`, async (_, open) => {
    expect(await growth(() => useOnce(open))).toBeLessThan(allowedBytes);
  });

  it.each(swapping)(`is no more after ${swaps} swaps than after ${firstSwaps}: %s`, async (_, create) => {
    await using writer = await create();
    const swap = async (): Promise<void> => {
      writer.swapWeights(writer.weights);
      await use(writer);
    };
    expect(await growth(swap, swaps, firstSwaps)).toBeLessThan(allowedBytes);
  });

  it.skipIf(library === null)(`is no more after ${followers} followers than after ${warmUp}: llama-cpp`, async () => {
    const options = { ...embeddedConversation, model: gguf, gpu: false, threads: 1, sequences: 1 };
    const open = (): Promise<Follower> =>
      openLlamaCppFollower(
        llamaCppOptionsSchema.parse(options),
        '/',
        () => import(/* @vite-ignore */ library as string),
      );
    expect(await growth(() => useOnce(open))).toBeLessThan(allowedBytes);
  });
});

/** Bytes by which the process grew from the end of the warm-up to the end. */
async function growth(repeat: () => Promise<void>, times = followers, first = warmUp): Promise<number> {
  // The least of several, since what allocators hold back for a while is no leak.
  let [before, after] = [Infinity, Infinity];
  for (let count = 1; count <= times; count += 1) {
    await repeat();
    if (count > first - several && count <= first) before = Math.min(before, await settledMemory());
    if (count > times - several) after = Math.min(after, await settledMemory());
  }
  const bytes = after - before;
  console.log(`${(bytes / 2 ** 20).toFixed(1)} MiB`);
  return bytes;
}

/** Resident bytes once what was let go of is freed: that of native libraries in turns after a collection, not in it. */
async function settledMemory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) {
    collect();
    await setTimeout(100);
  }
  return process.memoryUsage.rss();
}

async function useOnce(open: () => Promise<Follower>): Promise<void> {
  await using follower = await open();
  await use(follower);
}

async function use(follower: Pick<Follower, 'open'>): Promise<void> {
  await using session = await follower.open(questions[0] as string);
  await session.step(strategy, { maxTokens: 4, temperature: 1, seed: 1 });
  await using fork = await session.fork();
  await fork.step(strategy, { maxTokens: 4, temperature: 1, seed: 2 });
}
