import { mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type Episode, type EpisodeStep } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { readPublishedModel } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { BatchEngine } from '../onnx/batch-engine.js';
import { strategy } from '../onnx/fixtures.js';
import { watchHeld } from '../testing/held-sessions.js';
import { writeRandomCheckpoint } from '../testing/random-checkpoint.js';
import { openTfjsFollower } from './open-tfjs-follower.js';
import { PublishedRollouts } from './published-rollouts.js';
import type { TfjsFollower } from './tfjs-follower.js';
import { tfjsOptionsSchema } from './tfjs-options.js';

const question = 'Tom has 60 apples.';
let folder = '';

type Options = Partial<z.input<typeof tfjsOptionsSchema>>;

function optionsOf(options: Options): z.output<typeof tfjsOptionsSchema> {
  return tfjsOptionsSchema.parse({ model: folder, workers: 0, system: '', injection: '\n\n{id}\n', ...options });
}

function open(options: Options = {}): Promise<TfjsFollower> {
  return openTfjsFollower(optionsOf(options), { seed: 1, strategySet: defaultStrategies, configDirectory: '.' });
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

/** Makes a checkpoint one of 1.8e9 parameters, whose weights are not there. */
async function withoutWeights(target: string): Promise<void> {
  const config = JSON.parse(await readFile(join(target, 'config.json'), 'utf8')) as object;
  const large = { ...config, vocab_size: 900_000, hidden_size: 1024 };
  await writeFile(join(target, 'config.json'), JSON.stringify(large));
  await unlink(join(target, 'model.safetensors'));
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
  await writeRandomCheckpoint(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('TfjsFollower of a published checkpoint', { timeout: 60_000 }, () => {
  it('is a follower as the platform wants one', async () => {
    await using follower = await open();
    const suite = { strategySet: defaultStrategies, questions: [question, 'a'], held: watchHeld(BatchEngine) };
    expect(await followerFlaws(follower, suite)).toEqual([]);
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
    await using follower = await open();
    await using session = await follower.open(question);
    const options = { maxTokens: 8, temperature: 0, seed: 1 };
    await session.step(strategy('continuation'), options);
    const { tokens, logProbabilities: oldLogProbabilities } = follower.transcript(await live(follower, 1));
    const sequences = [{ tokens, advantages: tokens.map(() => 1), oldLogProbabilities }];
    await follower.update({ sequences, learningRate: 0.05, clip: 0.2, klWeight: 0 });
    await using fresh = await follower.open(question);
    await fresh.step(strategy('continuation'), options);
    const outdated = { code: 'session-outdated' };
    await expect(session.step(strategy('continuation'), options)).rejects.toMatchObject(outdated);
    await expect(session.fork()).rejects.toMatchObject(outdated);
    expect(await distance(follower, await live(follower, 1))).toBeLessThan(1e-4);
  });

  it('ends a step under way when the weights are changed', async () => {
    const model = await readPublishedModel(folder);
    await using rollouts = await PublishedRollouts.create(model, folder, optionsOf({ workers: 1 }), defaultStrategies);
    await using session = await rollouts.open(question);
    const step = session.step(strategy('continuation'), { maxTokens: 200, temperature: 0, seed: 1 });
    rollouts.swapWeights(model.weights);
    await expect(step).rejects.toMatchObject({ code: 'session-outdated' });
  });

  it('learns an adapter, which PEFT’s names keep, and opens with one', async () => {
    const saved = await mkdtemp(join(tmpdir(), 'rsim-adapter-'));
    try {
      await using follower = await open({ lora: { rank: 2, targets: ['q_proj', 'up_proj'] } });
      const episode = await live(follower, 5);
      const { tokens, logProbabilities: oldLogProbabilities } = follower.transcript(episode);
      const sequences = [{ tokens, advantages: tokens.map(() => 1), oldLogProbabilities }];
      await follower.update({ sequences, learningRate: 0.05, clip: 0.2, klWeight: 0 });
      expect(await distance(follower, await live(follower, 6))).toBeLessThan(1e-4);
      await follower.save(saved);
      await using other = await open({ lora: { adapter: saved } });
      expect(await other.logProbabilities([tokens])).toEqual(await follower.logProbabilities([tokens]));
      expect(await distance(other, await live(other, 5))).toBeLessThan(1e-4);
    } finally {
      await rm(saved, { recursive: true });
    }
  });

  it('takes its chat template from the file of a processor where it is nowhere else', async () => {
    const target = await mkdtemp(join(tmpdir(), 'rsim-template-'));
    try {
      await writeRandomCheckpoint(target);
      await unlink(join(target, 'chat_template.jinja'));
      await writeFile(
        join(target, 'chat_template.json'),
        JSON.stringify({ chat_template: '{{ messages[0].content }}' }),
      );
      await using follower = await open({ model: target });
      await using session = await follower.open(question);
      const { usage } = await session.step(null, { maxTokens: 1, temperature: 0, seed: 1 });
      await using other = await open({ model: target, format: 'plain', plain: '{question}' });
      await using plain = await other.open(question);
      expect(usage).toEqual((await plain.step(null, { maxTokens: 1, temperature: 0, seed: 1 })).usage);
    } finally {
      await rm(target, { recursive: true });
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
    ['no config', (target) => unlink(join(target, 'config.json')), /^The model's folder .* has no config\.json\.$/],
    ['no tokenizer', (target) => unlink(join(target, 'tokenizer.json')), /tokenizer.json cannot be read/],
    [
      'cut off weights',
      (target) => truncate(join(target, 'model.safetensors'), 5000),
      /model.safetensors cannot be read/,
    ],
    [
      'a tokenizer of another model',
      async (target) => {
        const tokenizer = JSON.parse(await readFile(join(target, 'tokenizer.json'), 'utf8')) as object;
        const token = { id: 9999, content: '<more>', special: true };
        await writeFile(join(target, 'tokenizer.json'), JSON.stringify({ ...tokenizer, added_tokens: [token] }));
      },
      /^The tokenizer in \S*rsim-spoilt-\S* has 10000 tokens where its config.json says/,
    ],
    [
      'too many weights to learn, before any is read',
      withoutWeights,
      /^Learning changes 1\d{9} weights of the model in \S*rsim-spoilt-\S*, too many for one ONNX file\.$/,
    ],
    ['no chat template', (target) => unlink(join(target, 'chat_template.jinja')), /no chat template/],
    [
      'another architecture',
      (target) => writeFile(join(target, 'config.json'), '{"model_type": "gpt2"}'),
      /config.json is not usable: model_type/,
    ],
  ])('is named: %s', async (_, spoil, message) => {
    const target = await mkdtemp(join(tmpdir(), 'rsim-spoilt-'));
    try {
      await writeRandomCheckpoint(target);
      await spoil(target);
      await expect(open({ model: target })).rejects.toThrow(message);
    } finally {
      await rm(target, { recursive: true });
    }
  });

  it('is not that a model has many weights, where an adapter changes few of them', async () => {
    const target = await mkdtemp(join(tmpdir(), 'rsim-large-'));
    try {
      await writeRandomCheckpoint(target);
      await withoutWeights(target);
      await expect(open({ model: target, lora: {} })).rejects.toThrow(/model.safetensors cannot be read/);
    } finally {
      await rm(target, { recursive: true });
    }
  });

  it('of the adapter is named', async () => {
    await expect(open({ lora: { targets: ['c_attn'] } })).rejects.toMatchObject({ code: 'lora-target' });
    await expect(open({ lora: { adapter: folder } })).rejects.toThrow(/adapter_config.json is not usable/);
  });
});
