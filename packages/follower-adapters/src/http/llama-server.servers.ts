import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type FollowerStep, type Strategy } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { EOS_TOKEN, STRATEGY_TOKENS } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { EmbeddedFollower } from '../embedded/embedded-follower.js';
import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { embeddedHttpConversation } from '../testing/embedded-conversation.js';
import { exportNano } from '../testing/exported-nano.js';
import { startLlamaServer } from '../testing/llama-server-process.js';
import { PolicyFollower } from '../testing/policy-follower.js';
import { questions } from '../testing/questions.js';
import type { HttpFollower } from './http-follower.js';
import { httpOptionsSchema } from './http-options.js';
import { openHttpFollower } from './open-http-follower.js';

const program = inject('llamaServer');
const strategies = defaultStrategies.strategies.filter(({ terminal }) => !terminal);
const first = strategies[0] as Strategy;

describe.skipIf(program === null)('http, with llama-server', () => {
  let folder: string;
  let model: string;
  let server: Awaited<ReturnType<typeof startLlamaServer>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-test-'));
    model = await exportNano('gguf', join(folder, 'nano'));
    server = await startLlamaServer({ program: program as string, model, slots: 4, contextSize: 384 });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const open = (changes: object = {}): Promise<HttpFollower> =>
    openHttpFollower(httpOptionsSchema.parse({ ...embeddedHttpConversation, url: server.url, ...changes }));

  const busySlots = async ({ url } = server): Promise<number> => {
    const slots = (await (await fetch(`${url}/slots`)).json()) as { is_processing: boolean }[];
    return slots.filter(({ is_processing }) => is_processing).length;
  };

  it.each([true, false])('is a follower as the platform wants one, streamed: %s', async (stream) => {
    await using follower = await open({ stream });
    await using reference = await PolicyFollower.open();
    const flaws = await followerFlaws(follower, {
      ...{ strategySet: defaultStrategies, questions, specialTokens: STRATEGY_TOKENS, stopMarks: ['\n'] },
      ...{ tolerance: 0.03, contextTokens: 384 },
      held: () => busySlots(),
      reference: { follower: reference, tolerance: 0.03 },
    });
    expect(flaws).toEqual([]);
    expect(follower.parameters).toBe(160_192);
  });

  // A conversation goes on as it does in this process only where the server tells the tags that the model chose.
  it('writes unguided what the same weights write on onnxruntime, tags included', async () => {
    await using follower = await open();
    await using embedded = await EmbeddedFollower.create(await loadEmbeddedModel('nano'), { workers: 0 });
    for (const question of questions) {
      await using here = await follower.open(question);
      await using there = await embedded.open(question);
      for (let seed = 0; seed < 6; seed += 1) {
        const step = { maxTokens: 30, temperature: 0, seed };
        const [one, other] = [await here.step(null, step), await there.step(null, step)];
        expect({ tokens: one.tokens, finish: one.finish }).toEqual({ tokens: other.tokens, finish: other.finish });
        if (one.finish === 'answer') break;
      }
    }
  });

  it('has the server evaluate its new tokens only', async () => {
    await using follower = await open({ concurrency: 1 });
    await using session = await follower.open(questions[0] as string);
    const steps: FollowerStep[] = [];
    for (let seed = 0; seed < 8; seed += 1) {
      steps.push(await session.step(strategies[seed % 8] as Strategy, { maxTokens: 16, temperature: 1, seed }));
    }
    const { promptTokens, cachedTokens } = follower.usage;
    const written = steps.reduce((sum, { usage }) => sum + usage.budgetTokens, 0);
    expect(promptTokens - cachedTokens).toBeLessThan(written + 100);
    expect(cachedTokens).toBeGreaterThan(promptTokens / 2);
  });

  it('tells a conversation that is too long', async () => {
    await using follower = await open();
    await using session = await follower.open('Tom has 5 apples. '.repeat(100));
    await expect(session.step(first, { maxTokens: 8, temperature: 0, seed: 1 })).rejects.toMatchObject({
      code: 'context-overflow',
    });
  });

  // A step that nothing ends but the limit, of many seconds: the slot would stay busy long after the patience here.
  it('frees the slot of a step that is aborted', async () => {
    const tokens = 32_000;
    const sizes = { slots: 1, contextSize: tokens + 384, trainedContext: tokens + 384 };
    await using slow = await startLlamaServer({ program: program as string, model, ...sizes });
    await using follower = await open({ url: slow.url, stop: [], specialTokens: [...STRATEGY_TOKENS, EOS_TOKEN] });
    await using session = await follower.open(questions[0] as string);
    const controller = new AbortController();
    const options = { maxTokens: tokens, temperature: 1, seed: 1, signal: controller.signal };
    const refused = expect(session.step(first, options)).rejects.toMatchObject({ code: 'follower-aborted' });
    await expect.poll(() => busySlots(slow), { timeout: 5000, interval: 10 }).toBe(1);
    controller.abort();
    await refused;
    await expect.poll(() => busySlots(slow), { timeout: 3000, interval: 10 }).toBe(0);
  });

  it('goes on with a chat where the server repeats the turn', async () => {
    await using follower = await open({ mode: 'chat' });
    await using session = await follower.open('Tom has 5 apples.');
    const step = { maxTokens: 20, temperature: 1, seed: 3 };
    const [one, two] = [await session.step(first, step), await session.step(first, step)];
    expect(two.text.startsWith(`<|${first.id}|>`)).toBe(false);
    expect(one.usage.budgetTokens).toBeGreaterThan(0);
  });
});
