import { setTimeout } from 'node:timers/promises';

import { defaultStrategies, type FollowerSession, type FollowerStep } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { watchHeld } from '../testing/held-sessions.js';
import { BatchEngine } from './batch-engine.js';
import { CausalModel } from './causal-model.js';
import { fixture, openFixture, referenceOf, strategy } from './fixtures.js';

const follower = await openFixture();
const windowed = await openFixture({ model: fixture('gemma3_text') });
const [inBlocks, inNf4] = [await openFixture({ dtype: 'q4' }), await openFixture({ dtype: 'bnb4' })];
afterAll(() => Promise.all([follower, windowed, inBlocks, inNf4].map((each) => each[Symbol.asyncDispose]())));

const questions = [
  'Tom has 60 apples.',
  'a',
  'Tom has 7 apples and gives 2 away. How many apples are left?',
  'Żółć 東京 😀',
];
const plain = { maxTokens: 24, temperature: 1 };

async function walk(session: FollowerSession, seed: number, ids: readonly (string | null)[]): Promise<FollowerStep[]> {
  const steps: FollowerStep[] = [];
  for (const [index, id] of ids.entries()) {
    steps.push(await session.step(id === null ? null : strategy(id), { ...plain, seed: seed + index }));
    if (steps.at(-1)?.finish === 'answer') break;
  }
  return steps;
}

function expectSame(one: readonly FollowerStep[], other: readonly FollowerStep[], tolerance: number): void {
  expect(one.map(({ tokens }) => tokens)).toEqual(other.map(({ tokens }) => tokens));
  one.forEach(({ logProbabilities }, step) => {
    logProbabilities.forEach((value, token) => {
      expect(Math.abs(value - (other[step]?.logProbabilities[token] as number))).toBeLessThan(tolerance);
    });
  });
}

/** How many tokens of conversations a model is given while `work` goes on. */
async function evaluatedIn(work: () => Promise<unknown>): Promise<number> {
  const evaluate = vi.spyOn(CausalModel.prototype, 'evaluate');
  try {
    await work();
    // Rows that have left a batch are filled with one token and no past.
    const rows = evaluate.mock.calls.flatMap(([input]) => input.rows);
    return rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
  } finally {
    evaluate.mockRestore();
  }
}

describe('OnnxFollower', () => {
  it.each(['qwen2', 'gemma3_text'] as const)('writes with %s what transformers writes', async (name) => {
    await using exported = await openFixture({ model: fixture(name), stop: [] });
    await using session = await exported.open('Tom has 60 apples.');
    const step = await session.step(null, { maxTokens: 32, temperature: 0, seed: 1 });
    const reference = referenceOf(name);
    expect(step.tokens).toEqual(reference.greedy);
    step.logProbabilities.forEach((value, index) => {
      expect(value).toBeCloseTo(reference.logProbabilities[index] as number, 4);
    });
  });

  it('keeps its cache in half precision where the export does', async () => {
    await using half = await openFixture({ dtype: 'fp16' });
    expect(half.facts).toMatchObject({ cacheType: 'float16', layout: 'in-place' });
    const score = async (each: typeof half): Promise<FollowerStep> => {
      await using session = await each.open('Tom has 60 apples.');
      return await session.step(null, { maxTokens: 4, temperature: 0, seed: 1 });
    };
    expectSame([await score(half)], [await score(follower)], 0.02);
  });

  it.each([
    ['rows in place', follower, 'in-place'],
    ['rows of equal lengths', windowed, 'equal'],
  ])('writes the same whatever else is in the batch: %s', async (_, each, layout) => {
    expect(each.facts.layout).toBe(layout);
    const ids = ['validation', null, 'continuation', 'termination'];
    const alone: FollowerStep[][] = [];
    for (const [index, question] of questions.entries()) {
      await using session = await each.open(question);
      alone.push(await walk(session, index, ids));
    }
    const order = [2, 0, 1, 3, 1, 0];
    const together = order.map(async (index, place) => {
      await setTimeout(3 * place);
      await using session = await each.open(questions[index] as string);
      return await walk(session, index, ids);
    });
    (await Promise.all(together)).forEach((steps, place) => {
      expectSame(steps, alone[order[place] as number] as FollowerStep[], 3e-5);
    });
  });

  it('says that a model gives no numbers, as some do in half precision', async () => {
    await using session = await follower.open('Tom has 60 apples.');
    const { evaluate } = CausalModel.prototype;
    const spy = vi.spyOn(CausalModel.prototype, 'evaluate').mockImplementation(async function (
      this: CausalModel,
      input,
    ) {
      const { logits, fresh } = await evaluate.call(this, input);
      return { logits: logits.map((row) => row.fill(NaN)), fresh };
    });
    await expect(session.step(null, { ...plain, seed: 1 })).rejects.toMatchObject({ code: 'logits-not-finite' });
    spy.mockRestore();
  });

  it('evaluates each token once: what a step feeds in and writes', async () => {
    await using session = await follower.open('Tom has 60 apples.');
    const steps: FollowerStep[] = [];
    const evaluated = await evaluatedIn(async () => {
      for (let index = 0; index < 8; index += 1) {
        steps.push(await session.step(strategy('continuation'), { maxTokens: 20, temperature: 1, seed: index }));
      }
    });
    const fed = steps.reduce((sum, { usage }) => sum + usage.promptTokens, 0);
    const written = steps.reduce((sum, { tokens }) => sum + tokens.length, 0);
    // The last token of all waits for a step that does not come.
    expect(evaluated).toBeLessThanOrEqual(fed + written - 1);
  });

  it.each([
    ['with the first token where only the last logits are put out', follower, 0],
    ['the same where the weights are in blocks', inBlocks, 0],
    ['the same with those of bitsandbytes', inNf4, 0],
    ['in a pass before where all logits are put out', windowed, 1],
  ])('takes in what is injected %s', async (_, each, passes) => {
    await using session = await each.open('Tom has 60 apples.');
    await session.step(null, { maxTokens: 1, temperature: 0, seed: 1 });
    const evaluate = vi.spyOn(CausalModel.prototype, 'evaluate');
    const { tokens, usage } = await session.step(strategy('validation'), { maxTokens: 40, temperature: 0, seed: 1 });
    const calls = evaluate.mock.calls.length;
    evaluate.mockRestore();
    expect(usage.promptTokens).toBeGreaterThan(10);
    expect(calls).toBe(tokens.length + passes);
  });

  it('evaluates the question of a group once', async () => {
    const question = 'Tom has 7 apples and gives 2 away.';
    const once = await evaluatedIn(async () => (await follower.open(question))[Symbol.asyncDispose]());
    const open = async (): Promise<void> => {
      const sessions = await Promise.all(Array.from({ length: 8 }, () => follower.open(question)));
      await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
    };
    expect(await evaluatedIn(open)).toBe(once);
  });

  it('evaluates the question of a group in one of its workers', { timeout: 60_000 }, async () => {
    await using workers = await openFixture({ workers: 2 });
    const sessions = await Promise.all(Array.from({ length: 8 }, () => workers.open('Tom has 7 apples.')));
    const options = { maxTokens: 4, temperature: 1 };
    const steps = await Promise.all(sessions.map((session, seed) => session.step(null, { ...options, seed })));
    const written = steps.reduce((sum, { tokens }) => sum + tokens.length, 0);
    // Each session evaluates the question's last token itself, and leaves the last one that it wrote.
    expect(workers.evaluatedTokens).toBe((steps[0]?.usage.promptTokens ?? 0) - 1 + written);
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  });

  it('keeps apart what begins alike: the episodes of a group, and forks', async () => {
    const step = (session: FollowerSession, seed: number): Promise<FollowerStep> =>
      session.step(null, { maxTokens: 12, temperature: 1, seed });
    const group = await Promise.all([0, 1, 2, 3].map(() => follower.open('a')));
    const together = await Promise.all(group.map(step));
    const alone: FollowerStep[] = [];
    for (let seed = 0; seed < 4; seed += 1) {
      await using session = await follower.open('a');
      alone.push(await step(session, seed));
    }
    expectSame(together, alone, 3e-5);
    await using session = await follower.open('a');
    const forks = await Promise.all(alone.map(() => session.fork()));
    expectSame(await Promise.all(forks.map(step)), alone, 3e-5);
    const [first] = forks as [FollowerSession];
    const next = await Promise.all([first, await first.fork(), await first.fork()]);
    const steps = await Promise.all(next.map((each) => each.step(strategy('validation'), { ...plain, seed: 1 })));
    expectSame(steps.slice(1), [steps[0], steps[0]] as FollowerStep[], 3e-5);
    await Promise.all([...group, ...forks, ...next].map((each) => each[Symbol.asyncDispose]()));
  });

  it('ends a step at its stop text, which the conversation keeps', async () => {
    await using stopping = await openFixture({ stop: [' '], injection: ' {id} ' });
    await using session = await stopping.open('Tom has 60 apples.');
    const steps = await walk(session, 3, Array<string>(4).fill('continuation'));
    const stopped = steps.filter(({ finish }) => finish === 'stop');
    expect(stopped.length).toBeGreaterThan(0);
    for (const { text } of stopped) expect(text).not.toContain(' ');
  });

  it('takes an end of the turn for the end of the step, and as the answer where one was asked for', async () => {
    const endMark = 2;
    const finishes = new Set<string>();
    const tryOut = async (seed: number): Promise<void> => {
      const hot = { maxTokens: 60, temperature: 3, seed };
      await using session = await follower.open('a');
      const guided = await session.step(strategy('validation'), hot);
      if (guided.tokens.at(-1) === endMark) {
        expect(guided.finish).toBe('stop');
        expect((await session.step(null, hot)).tokens.length).toBeGreaterThan(0);
        finishes.add('guided');
      }
      await using other = await follower.open('a');
      const answer = await other.step(strategy('termination'), hot);
      expect(answer.finish).toBe(answer.tokens.at(-1) === endMark ? 'answer' : 'length');
      if (answer.finish === 'answer') {
        await expect(other.step(null, hot)).rejects.toThrow(/has given its answer/);
        finishes.add('answered');
      }
    };
    await Promise.all(Array.from({ length: 40 }, (_, seed) => tryOut(seed)));
    expect([...finishes].sort()).toEqual(['answered', 'guided']);
  });

  it('never writes special tokens in a guided step, except the end of the turn', async () => {
    const sessions = await Promise.all(Array.from({ length: 40 }, () => follower.open('a')));
    const options = { maxTokens: 60, temperature: 5 };
    const steps = await Promise.all(
      sessions.map((session, seed) => session.step(strategy('validation'), { ...options, seed })),
    );
    const written = new Set(steps.flatMap(({ tokens }) => tokens));
    expect(written.has(0) || written.has(1)).toBe(false);
    expect(written.size).toBeGreaterThan(100);
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  });

  it('draws from the most probable tokens only, where asked to', async () => {
    await using narrow = await openFixture({ topK: 1 });
    await using session = await narrow.open('a');
    await using greedy = await follower.open('a');
    const hot = await session.step(null, { maxTokens: 10, temperature: 2, seed: 4 });
    expect(hot.tokens).toEqual((await greedy.step(null, { maxTokens: 10, temperature: 0, seed: 4 })).tokens);
  });

  it("opens a chat with the model's own template", async () => {
    const chat = await openFixture({ format: 'chat', system: 'Think.' });
    await using session = await chat.open('Why?');
    const step = await session.step(null, { maxTokens: 2, temperature: 0, seed: 1 });
    const opening = '<|im_start|>system\nThink.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n';
    expect(step.usage.promptTokens).toBe(chat.countTokens(opening));
    await expect(chat.open('Why?<|im_end|>')).rejects.toThrow(/steers the follower/);
    await chat[Symbol.asyncDispose]();
  });

  it('fails the step that outgrows the context, and the others go on', async () => {
    await using short = await openFixture({ contextLength: 60 });
    await using one = await short.open('a');
    await using other = await short.open('a');
    const options = { temperature: 1, seed: 1 };
    const [first, second] = await Promise.allSettled([
      one.step(strategy('termination'), { ...options, maxTokens: 100 }),
      other.step(strategy('termination'), { ...options, maxTokens: 20 }),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'context-overflow' } });
    expect(second.status).toBe('fulfilled');
    await expect(short.open('Tom has 60 apples. '.repeat(30))).rejects.toThrow(/The question has \d+ tokens/);
  });

  it('frees what an aborted step held', async () => {
    await using session = await follower.open('a');
    const controller = new AbortController();
    const step = session.step(strategy('termination'), {
      ...plain,
      maxTokens: 200,
      seed: 1,
      signal: controller.signal,
    });
    controller.abort();
    await expect(step).rejects.toMatchObject({ code: 'follower-aborted' });
    await expect(session.step(null, { ...plain, seed: 1 })).rejects.toThrow(/disposed/);
  });

  it('is a follower as the platform wants one', async () => {
    const suite = { strategySet: defaultStrategies, questions, maxTokens: 24, held: watchHeld(BatchEngine) };
    expect(await followerFlaws(follower, suite)).toEqual([]);
    expect(await followerFlaws(windowed, suite)).toEqual([]);
  });

  it('writes in a worker thread what it writes in this one', { timeout: 60_000 }, async () => {
    await using worker = await openFixture({ workers: 1 });
    const write = async (each: typeof worker): Promise<FollowerStep[][]> =>
      Promise.all(
        questions.map(async (question, index) => {
          await using session = await each.open(question);
          return await walk(session, index, ['validation', 'termination']);
        }),
      );
    const [there, here] = [await write(worker), await write(follower)];
    there.forEach((steps, index) => expectSame(steps, here[index] as FollowerStep[], 3e-5));
  });
});
