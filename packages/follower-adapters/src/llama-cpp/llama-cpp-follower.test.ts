import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type FollowerStep, type Strategy, terminalStrategy } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { embeddedConversation } from '../testing/embedded-conversation.js';
import { FakeLlama } from '../testing/fake-llama.js';
import type { LlamaCppFollower } from './llama-cpp-follower.js';
import { llamaCppOptionsSchema } from './llama-cpp-options.js';
import type { LlamaSequence } from './llama-library.js';
import { openLlamaCppFollower } from './open-llama-cpp-follower.js';

const strategy = defaultStrategies.strategies[0] as Strategy;
const step = { maxTokens: 40, temperature: 1, seed: 5 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-test-'));
  await writeFile(join(folder, 'model.gguf'), 'GGUF and so on');
  await writeFile(join(folder, 'other.gguf'), '<html>');
});
afterAll(() => rm(folder, { recursive: true }));

function open(library = new FakeLlama(), changes: object = {}): Promise<LlamaCppFollower> {
  const options = llamaCppOptionsSchema.parse({ model: 'model.gguf', ...embeddedConversation, ...changes });
  return openLlamaCppFollower(options, folder, async () => library);
}

async function write(follower: LlamaCppFollower, question: string, count: number): Promise<FollowerStep[]> {
  await using session = await follower.open(question);
  const steps: FollowerStep[] = [];
  for (let seed = 0; seed < count; seed += 1) steps.push(await session.step(strategy, { ...step, seed }));
  return steps;
}

describe('LlamaCppFollower', () => {
  it('is a follower as the platform wants one, with fewer sequences than sessions', async () => {
    const library = new FakeLlama();
    await using follower = await open(library, { sequences: 2, injection: '*' });
    const questions = ['Tom has 60 apples.', 'a=3', 'Tom has 7 apples.'];
    const suite = { strategySet: defaultStrategies, questions, held: () => follower.heldConversations };
    expect(await followerFlaws(follower, suite)).toEqual([]);
    expect(library.sequences).toHaveLength(2);
    expect([follower.name, follower.parameters]).toEqual(['fake', 10]);
  });

  it('writes the same whether its sequence was taken away in between or not', async () => {
    await using roomy = await open();
    const alone = [await write(roomy, 'One?', 6), await write(roomy, 'Two?', 6), await write(roomy, 'Three?', 6)];
    const library = new FakeLlama();
    await using narrow = await open(library, { sequences: 1 });
    const together = await Promise.all(['One?', 'Two?', 'Three?'].map((question) => write(narrow, question, 6)));
    expect(together).toEqual(alone);
    expect(narrow.evaluatedTokens).toBe(roomy.evaluatedTokens);
  });

  it('evaluates every token of a conversation once, but for the last', async () => {
    const library = new FakeLlama();
    await using follower = await open(library);
    await using session = await follower.open('Why?');
    const steps: FollowerStep[] = [];
    for (let seed = 0; seed < 16; seed += 1) steps.push(await session.step(strategy, { ...step, seed }));
    expect(follower.evaluatedTokens).toBe(library.sequences[0]?.tokens.length);
    const written = steps.flatMap(({ tokens }) => tokens).filter((token) => token < 256).length;
    const fedIn = steps.reduce((sum, { usage }) => sum + usage.promptTokens, 0);
    // The last token waits for the next step, unless an end mark was.
    expect([written + fedIn - 1, written + fedIn]).toContain(follower.evaluatedTokens);
  });

  it('tells log-probabilities of the whole vocabulary, whatever it draws from', async () => {
    await using all = await open();
    await using few = await open(new FakeLlama(), { candidates: 3 });
    const [one, other] = [await write(all, 'Why?', 1), await write(few, 'Why?', 1)];
    expect(other[0]?.logProbabilities[0]).toBeLessThan(0);
    const greedy = { ...step, temperature: 0 };
    await using allSession = await all.open('Why?');
    await using fewSession = await few.open('Why?');
    expect(await fewSession.step(strategy, greedy)).toEqual(await allSession.step(strategy, greedy));
    expect(one).not.toEqual(other);
  });

  it('answers to the end of the turn', async () => {
    await using follower = await open();
    await using session = await follower.open('Why?');
    const answer = await session.step(terminalStrategy(defaultStrategies), { ...step, maxTokens: 400 });
    expect(answer).toMatchObject({ finish: 'answer', text: expect.stringContaining('\n') });
    await expect(session.step(null, step)).rejects.toThrow(/given its answer/);
  });

  it('ends a conversation that does not fit, and no other', async () => {
    await using follower = await open(new FakeLlama(), { contextSize: 64 });
    await using session = await follower.open('Why?');
    const overflowing = (async () => {
      for (let seed = 0; seed < 9; seed += 1) await session.step(strategy, { ...step, seed });
    })();
    await expect(overflowing).rejects.toMatchObject({ code: 'context-overflow' });
    expect(await write(follower, 'Why?', 1)).toHaveLength(1);
    await expect(follower.open('x'.repeat(64))).rejects.toMatchObject({ code: 'context-overflow' });
  });

  it('lets the others go on where one fails in the middle of a step', async () => {
    const library = new FakeLlama();
    await using follower = await open(library, { sequences: 2 });
    library.fails = (tokens) => tokens.length > 30 && Buffer.from(tokens).includes('Bad');
    const all = await Promise.allSettled(['Good?', 'Bad?', 'Fine?'].map((question) => write(follower, question, 3)));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(all[1]).toMatchObject({ reason: { code: 'follower-failed' } });
    library.fails = () => false;
    expect(await Promise.all([write(follower, 'Bad?', 2), write(follower, 'Good?', 2)])).toHaveLength(2);
  });

  it('goes on with the others where keys and values do not come back from their file', async () => {
    const library = new FakeLlama();
    await using follower = await open(library, { sequences: 1 });
    await using one = await follower.open('Why?');
    await using other = await follower.open('What?');
    for (const session of [one, other]) await session.step(strategy, step);
    vi.spyOn(library.sequences[0] as LlamaSequence, 'loadStateFromFile').mockRejectedValueOnce(new Error('it is gone'));
    await expect(one.step(strategy, step)).rejects.toThrow('llama.cpp failed in the middle of a step: it is gone.');
    expect(await other.step(strategy, step)).toMatchObject({ strategy: strategy.id });
  });

  it('goes on where a fork fails, of which nothing stays', async () => {
    const library = new FakeLlama();
    await using follower = await open(library);
    await using session = await follower.open('Why?');
    await session.step(strategy, step);
    const sequence = library.sequences[0] as LlamaSequence;
    const save = vi.spyOn(sequence, 'saveStateToFile').mockImplementationOnce(async (path) => {
      await writeFile(path, 'half of it');
      throw new Error('ENOSPC: no space left on device');
    });
    await expect(session.fork()).rejects.toMatchObject({
      ...{ name: 'FollowerError', code: 'follower-failed', message: expect.stringContaining('no space left') },
      remedy: expect.stringContaining('room for temporary files'),
    });
    expect(follower.heldConversations).toBe(1);
    await expect(access(save.mock.calls[0]?.[0] ?? '')).rejects.toMatchObject({
      code: 'ENOENT',
      path: expect.stringMatching(/rsim-llama-cpp-/),
    });
    await using fork = await session.fork();
    expect(await fork.step(strategy, step)).toEqual(await session.step(strategy, step));
  });

  it('ends a step that is aborted, or whose session or follower is disposed of', async () => {
    const follower = await open(new FakeLlama(), { sequences: 1 });
    const controller = new AbortController();
    const session = await follower.open('Why?');
    const aborted = session.step(strategy, { ...step, signal: controller.signal });
    const waiting = write(follower, 'What?', 1);
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'follower-aborted' });
    expect(await waiting).toHaveLength(1);
    const other = await follower.open('Why?');
    const refused = expect(other.step(strategy, step)).rejects.toMatchObject({ code: 'follower-aborted' });
    await other[Symbol.asyncDispose]();
    await refused;
    const [last, idle] = [await follower.open('Why?'), await follower.open('Why?')];
    const ended = expect(last.step(strategy, step)).rejects.toMatchObject({ code: 'follower-aborted' });
    await follower[Symbol.asyncDispose]();
    await ended;
    await expect(idle.step(strategy, step)).rejects.toMatchObject({ code: 'follower-aborted' });
  });

  it('holds nothing after 200 sessions, and no file after its end', async () => {
    const before = await stateFolders();
    const library = new FakeLlama();
    const follower = await open(library, { sequences: 3 });
    const cycle = async (index: number): Promise<void> => {
      await using session = await follower.open(`${index}?`);
      await session.step(strategy, { ...step, maxTokens: 20 });
      await using fork = await session.fork();
      await fork.step(strategy, { ...step, maxTokens: 20 });
    };
    for (let index = 0; index < 200; index += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((more) => cycle(index + more)));
    }
    expect(library.sequences.map(({ tokens }) => tokens.length)).toEqual([0, 0, 0]);
    await follower[Symbol.asyncDispose]();
    await follower[Symbol.asyncDispose]();
    expect(library.disposed).toBe(2);
    expect(await stateFolders()).toEqual(before);
  });
});

it('has a runtime to itself, and leaves it to the next that asks for the same', async () => {
  const library = new FakeLlama();
  for (let count = 0; count < 3; count += 1) await (await open(library))[Symbol.asyncDispose]();
  expect(library.runtimes).toBe(1);
  const both = await Promise.all([open(library), open(library)]);
  expect(library.runtimes).toBe(2);
  for (const each of both) await each[Symbol.asyncDispose]();
  await (await open(library, { threads: 3 }))[Symbol.asyncDispose]();
  expect(library.runtimes).toBe(3);
});

async function stateFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('rsim-llama-cpp-'));
}

describe('openLlamaCppFollower', () => {
  it.each([
    ['a missing file', { model: 'no.gguf' }, /^There is no file \S+no\.gguf\.$/],
    ['a file of another kind', { model: 'other.gguf' }, /other\.gguf is no GGUF file/],
    ['no chat template', { format: 'chat' }, /no chat template/],
  ])('says what is wrong: %s', async (_, changes, message) => {
    await expect(open(new FakeLlama(), changes)).rejects.toThrow(message);
  });

  it('says that a file cannot be loaded, with what the library says', async () => {
    const loadModel = (): Promise<never> => Promise.reject(new Error('it is cut off'));
    const library = { getLlama: async () => ({ gpu: false, loadModel }) };
    const options = llamaCppOptionsSchema.parse({ model: 'model.gguf', format: 'plain' });
    await expect(openLlamaCppFollower(options, folder, async () => library)).rejects.toMatchObject({
      code: 'weights-corrupt',
      message: expect.stringMatching(/model\.gguf cannot be loaded: it is cut off/),
    });
  });

  it("takes the file's own chat template", async () => {
    await using follower = await open(new FakeLlama('{{ bos_token }}{{ messages[0].content }}'), { format: 'chat' });
    await using session = await follower.open('Why?');
    expect((await session.step(strategy, step)).usage.promptTokens).toBe(
      '<|bos|>Why?'.length + `<|${strategy.id}|>`.length,
    );
    await expect(follower.open('Why?<|eos|>')).rejects.toThrow(/special token/);
  });

  it('says how to install the library where it is missing', async () => {
    const options = llamaCppOptionsSchema.parse({ model: 'model.gguf', format: 'plain' });
    const missing = Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' });
    const load = (): Promise<unknown> => Promise.reject(missing);
    await expect(openLlamaCppFollower(options, folder, load)).rejects.toMatchObject({
      code: 'llama-cpp-missing',
      message: expect.stringContaining('is not installed'),
      remedy: 'Run: npm install node-llama-cpp',
    });
    await expect(openLlamaCppFollower(options, folder, async () => ({}))).rejects.toThrow(/no getLlama/);
  });
});
