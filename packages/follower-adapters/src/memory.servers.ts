import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { defaultStrategies, type Follower, type Strategy } from '@rsim/core';
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
import { TfjsFollower } from './tfjs/tfjs-follower.js';

const followers = 200;
const warmUp = 100;
/** Growth that is no leak: a follower of `nano` holds a few megabytes, so a hundred that stay would show. */
const allowedBytes = 48 * 2 ** 20;

const library = inject('llamaLibrary');
const strategy = defaultStrategies.strategies[0] as Strategy;
let folder: string;
let onnx: string;
let gguf: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-memory-'));
  onnx = await exportNano('onnx', join(folder, 'onnx'));
  gguf = await exportNano('gguf', join(folder, 'gguf'));
});
afterAll(() => rm(folder, { recursive: true }));

const adapters: readonly [string, () => Promise<Follower>][] = [
  ['embedded', async () => EmbeddedFollower.create(await loadEmbeddedModel('nano'), { workers: 0 })],
  ['tfjs', async () => TfjsFollower.create(await loadEmbeddedModel('nano'), { workers: 0 })],
  ['onnx', () => OnnxFollower.create(onnxOptionsSchema.parse({ ...embeddedConversation, model: onnx, workers: 0 }))],
];

describe('resident memory', { timeout: 600_000 }, () => {
  it.each(adapters)(`is no more after ${followers} followers than after ${warmUp}: %s`, async (_, open) => {
    expect(await growth(open)).toBeLessThan(allowedBytes);
  });

  it.skipIf(library === null)(`is no more after ${followers} followers than after ${warmUp}: llama-cpp`, async () => {
    const options = { ...embeddedConversation, model: gguf, gpu: false, threads: 1, sequences: 1 };
    const open = (): Promise<Follower> =>
      openLlamaCppFollower(
        llamaCppOptionsSchema.parse(options),
        '/',
        () => import(/* @vite-ignore */ library as string),
      );
    expect(await growth(open)).toBeLessThan(allowedBytes);
  });
});

/** Bytes by which the process grew from the last follower of the warm-up to the last of all. */
async function growth(open: () => Promise<Follower>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let before = 0;
  for (let count = 1; count <= followers; count += 1) {
    await use(open);
    if (count !== warmUp) continue;
    collect();
    before = process.memoryUsage.rss();
  }
  collect();
  const bytes = process.memoryUsage.rss() - before;
  console.log(`${(bytes / 2 ** 20).toFixed(1)} MiB`);
  return bytes;
}

async function use(open: () => Promise<Follower>): Promise<void> {
  await using follower = await open();
  await using session = await follower.open(questions[0] as string);
  await session.step(strategy, { maxTokens: 4, temperature: 1, seed: 1 });
  await using fork = await session.fork();
  await fork.step(strategy, { maxTokens: 4, temperature: 1, seed: 2 });
}
