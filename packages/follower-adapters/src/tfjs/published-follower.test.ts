import { copyFile, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type Episode, type EpisodeStep, Random } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { decoderWeightShapes, type DecoderWeights, parseDecoderConfig, writeSafetensors } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { fixture, strategy } from '../onnx/fixtures.js';
import { openTfjsFollower } from './open-tfjs-follower.js';
import type { TfjsFollower } from './tfjs-follower.js';
import { tfjsOptionsSchema } from './tfjs-options.js';

const question = 'Tom has 60 apples.';
let folder = '';

/** A random checkpoint of Qwen2's kind, with grouped heads, biases, a head of its own, a real tokenizer and a chat template. */
async function makeCheckpoint(target: string): Promise<void> {
  for (const file of await readdir(fixture('qwen2'))) {
    if (/\.(json|jinja)$/.test(file) && file !== 'reference.json') {
      await copyFile(join(fixture('qwen2'), file), join(target, file));
    }
  }
  const published = JSON.parse(await readFile(join(target, 'config.json'), 'utf8')) as object;
  const longer = { ...published, max_position_embeddings: 1024 };
  await writeFile(join(target, 'config.json'), JSON.stringify(longer));
  const config = parseDecoderConfig(longer);
  expect(config).toMatchObject({ keyValueHeads: 2, attentionBiases: 'qkv', hasOwnHead: true });
  const random = Random.of(8);
  const weights: DecoderWeights = new Map(
    [...decoderWeightShapes(config)].map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((left, right) => left * right, 1));
      const isNorm = name.includes('norm');
      data.forEach((_, index) => (data[index] = (isNorm ? 1 : 0) + (isNorm ? 0.2 : 1) * (random.next() - 0.5)));
      return [name, { shape, data }];
    }),
  );
  await writeFile(join(target, 'model.safetensors'), writeSafetensors(weights, 'F32'));
}

function open(options: Partial<z.input<typeof tfjsOptionsSchema>> = {}): Promise<TfjsFollower> {
  const parsed = tfjsOptionsSchema.parse({
    model: folder,
    workers: 0,
    system: '',
    injection: '\n\n{id}\n',
    ...options,
  });
  return openTfjsFollower(parsed, { seed: 1, strategySet: defaultStrategies, configDirectory: '.' });
}

/** An episode as the episode loop records it, guided, and ended by force. */
async function live(follower: TfjsFollower, seed: number): Promise<Pick<Episode, 'problem' | 'steps'>> {
  await using session = await follower.open(question);
  const steps: EpisodeStep[] = [];
  for (const id of ['decomposition', 'continuation', 'termination']) {
    const options = { maxTokens: 24, temperature: 1, seed: seed + steps.length };
    const { usage, ...step } = await session.step(strategy(id), options);
    steps.push({ ...step, decision: null, forced: true, budgetTokens: usage.budgetTokens });
    if (step.finish === 'answer') break;
  }
  return { problem: { key: 'a', suite: 'b', level: 0, question, answer: '' }, steps };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How far what steps reported is from the exact log-probabilities, at most. */
async function distance(follower: TfjsFollower, episode: Pick<Episode, 'problem' | 'steps'>): Promise<number> {
  const { tokens, logProbabilities } = follower.transcript(episode);
  const [exact = []] = await follower.logProbabilities([tokens]);
  return Math.max(
    ...logProbabilities.map((value, place) => (value === null ? 0 : Math.abs(value - (exact[place] ?? 9)))),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-checkpoint-'));
  await makeCheckpoint(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('TfjsFollower of a published checkpoint', { timeout: 60_000 }, () => {
  it('is a follower as the platform wants one', async () => {
    await using follower = await open();
    await using reference = await open();
    const questions = [question, 'a'];
    const suite = { strategySet: defaultStrategies, questions, reference: { follower: reference, tolerance: 1e-4 } };
    expect(await followerFlaws(follower, { ...suite, disposals: 10 })).toEqual([]);
  });

  it('tells exact log-probabilities of what its steps wrote, before an update and after', async () => {
    await using follower = await open();
    for (let seed = 0; seed < 24; seed += 8) {
      const episode = await live(follower, seed);
      expect(await distance(follower, episode)).toBeLessThan(1e-4);
      const { tokens, logProbabilities: oldLogProbabilities } = follower.transcript(episode);
      const advantages = tokens.map((_, place) => (oldLogProbabilities[place] === null ? 0 : 1));
      const sequences = [{ tokens, advantages, oldLogProbabilities }];
      await follower.update({ sequences, learningRate: 0.01, clip: 0.2, klWeight: 0 });
      const [after = []] = await follower.logProbabilities([tokens]);
      const gained = after.filter((_, place) => oldLogProbabilities[place] !== null);
      expect(sum(gained)).toBeGreaterThan(sum(oldLogProbabilities.map((value) => value ?? 0)));
    }
  });

  it('ends its sessions at an update, and writes on with the new weights', async () => {
    // Learning in this thread, so that the step under way cannot end before the update has.
    await using follower = await open({ workers: 1, learnerThread: false });
    await using session = await follower.open(question);
    const options = { maxTokens: 8, temperature: 0, seed: 1 };
    await session.step(strategy('continuation'), options);
    const { tokens, logProbabilities: oldLogProbabilities } = follower.transcript(await live(follower, 1));
    const sequences = [{ tokens, advantages: tokens.map(() => 1), oldLogProbabilities }];
    const writing = await follower.open(question);
    const step = writing.step(strategy('continuation'), { ...options, maxTokens: 200 });
    const outdated = { code: 'session-outdated' };
    const rejected = expect(step).rejects.toMatchObject(outdated);
    await follower.update({ sequences, learningRate: 0.05, clip: 0.2, klWeight: 0 });
    await using fresh = await follower.open(question);
    await fresh.step(strategy('continuation'), options);
    await rejected;
    await expect(session.step(strategy('continuation'), options)).rejects.toMatchObject(outdated);
    await expect(session.fork()).rejects.toMatchObject(outdated);
    expect(await distance(follower, await live(follower, 1))).toBeLessThan(1e-4);
  });

  it('learns an adapter, which PEFT’s names keep, and opens with one', async () => {
    const saved = await mkdtemp(join(tmpdir(), 'rsim-adapter-'));
    try {
      await using follower = await open({ lora: { rank: 2, targets: ['q_proj', 'up_proj'] } });
      const episode = await live(follower, 5);
      const { tokens, logProbabilities: oldLogProbabilities } = follower.transcript(episode);
      const sequences = [{ tokens, advantages: tokens.map(() => 1), oldLogProbabilities }];
      await follower.update({ sequences, learningRate: 0.05, clip: 0.2, klWeight: 0 });
      await follower.save(saved);
      await using other = await open({ lora: { adapter: saved } });
      expect(await other.logProbabilities([tokens])).toEqual(await follower.logProbabilities([tokens]));
      expect(await distance(other, await live(other, 5))).toBeLessThan(1e-4);
    } finally {
      await rm(saved, { recursive: true });
    }
  });

  it('leaves no folder behind', async () => {
    const rollouts = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`rsim-rollouts-${process.pid}-`));
    const follower = await open();
    expect(await rollouts()).toHaveLength(1);
    await follower[Symbol.asyncDispose]();
    expect(await rollouts()).toEqual([]);
  });
});

describe('bad input', () => {
  it.each<[string, (target: string) => Promise<unknown>, RegExp]>([
    ['no config', (target) => unlink(join(target, 'config.json')), /config.json cannot be read/],
    ['no tokenizer', (target) => unlink(join(target, 'tokenizer.json')), /tokenizer.json cannot be read/],
    [
      'cut off weights',
      (target) => truncate(join(target, 'model.safetensors'), 5000),
      /model.safetensors cannot be read/,
    ],
    [
      'another architecture',
      (target) => writeFile(join(target, 'config.json'), '{"model_type": "gpt2"}'),
      /config.json is not usable: model_type/,
    ],
  ])('is named: %s', async (_, spoil, message) => {
    const target = await mkdtemp(join(tmpdir(), 'rsim-spoilt-'));
    try {
      await makeCheckpoint(target);
      await spoil(target);
      await expect(open({ model: target })).rejects.toThrow(message);
    } finally {
      await rm(target, { recursive: true });
    }
  });

  it('of the adapter is named', async () => {
    await expect(open({ lora: { targets: ['c_attn'] } })).rejects.toMatchObject({ code: 'lora-target' });
    await expect(open({ lora: { adapter: folder } })).rejects.toThrow(/adapter_config.json is not usable/);
  });
});
