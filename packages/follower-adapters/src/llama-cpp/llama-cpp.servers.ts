import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type FollowerStep, type Strategy } from '@rsim/core';
import { followerDeathFlaws, followerFlaws } from '@rsim/core/conformance';
import { SPECIAL_TOKENS } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { embeddedConversation } from '../testing/embedded-conversation.js';
import { exportNano } from '../testing/exported-nano.js';
import { PolicyFollower } from '../testing/policy-follower.js';
import { questions } from '../testing/questions.js';
import { type LlamaCppOptions, llamaCppOptionsSchema } from './llama-cpp-options.js';
import type { LlamaCppFollower } from './llama-cpp-follower.js';
import { openLlamaCppFollower } from './open-llama-cpp-follower.js';

const library = inject('llamaLibrary');
const strategies = defaultStrategies.strategies.filter(({ terminal }) => !terminal);

describe.skipIf(library === null)('llama-cpp, over node-llama-cpp itself', () => {
  let folder: string;
  let model: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-test-'));
    model = await exportNano('gguf', join(folder, 'nano'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  function open(changes: Partial<LlamaCppOptions> = {}): Promise<LlamaCppFollower> {
    const options = llamaCppOptionsSchema.parse({ ...embeddedConversation, model, gpu: false, threads: 1, ...changes });
    return openLlamaCppFollower(options, '/', () => import(/* @vite-ignore */ library as string));
  }

  it('is a follower as the platform wants one, with fewer sequences than sessions', async () => {
    await using follower = await open({ sequences: 2 });
    await using reference = await PolicyFollower.open();
    const flaws = await followerFlaws(follower, {
      ...{ strategySet: defaultStrategies, questions, specialTokens: SPECIAL_TOKENS, stopMarks: ['\n'] },
      ...{ contextTokens: 384, evaluated: () => follower.evaluatedTokens },
      held: () => follower.heldConversations,
      reference: { follower: reference, tolerance: 0.03 },
    });
    expect(flaws).toEqual([]);
    expect(follower.name).toBe('nano');
  });

  it('answers every step when it dies', async () => {
    const follower = await open();
    const kill = (): Promise<void> => follower[Symbol.asyncDispose]();
    const death = { question: questions[0] as string, strategy: strategies[0] as Strategy, kill };
    expect(await followerDeathFlaws(follower, death)).toEqual([]);
  });

  it('evaluates at most 1.05 tokens for each of an episode', async () => {
    await using follower = await open({ sequences: 2 });
    const steps = await Promise.all(questions.slice(0, 3).map((question) => sixteenSteps(follower, question)));
    const unique = steps.flat().reduce((sum, { usage, tokens }) => sum + usage.promptTokens + tokens.length, 0);
    expect(follower.evaluatedTokens / unique).toBeLessThanOrEqual(1.05);
  });

  it('says that a file is cut off', async () => {
    const bytes = await readFile(model);
    for (const part of [0.1, 0.5, 0.99]) {
      const cut = join(folder, 'cut.gguf');
      await writeFile(cut, bytes.subarray(0, Math.floor(part * bytes.length)));
      await expect(open({ model: cut })).rejects.toMatchObject({
        code: 'weights-corrupt',
        message: expect.stringContaining('cut.gguf cannot be loaded'),
      });
    }
  });

  it('holds no more after 200 sessions than after 100', async () => {
    await using follower = await open({ sequences: 2 });
    const held: number[] = [];
    for (let cycle = 0; cycle < 200; cycle += 1) {
      await using session = await follower.open(questions[0] as string);
      await session.step(strategies[0] as Strategy, { maxTokens: 4, temperature: 1, seed: cycle });
      if (cycle % 100 === 99) held.push(process.memoryUsage.rss());
    }
    expect((held[1] as number) - (held[0] as number)).toBeLessThan(20e6);
  });

  it('says when the context is full', async () => {
    await using follower = await open({ contextSize: 64 });
    await expect(sixteenSteps(follower, questions[0] as string)).rejects.toMatchObject({ code: 'context-overflow' });
  });
});

async function sixteenSteps(follower: LlamaCppFollower, question: string): Promise<FollowerStep[]> {
  await using session = await follower.open(question);
  const steps: FollowerStep[] = [];
  for (let seed = 0; seed < 16; seed += 1) {
    const strategy = strategies[seed % strategies.length] as Strategy;
    steps.push(await session.step(strategy, { maxTokens: 16, temperature: 1, seed }));
  }
  return steps;
}
