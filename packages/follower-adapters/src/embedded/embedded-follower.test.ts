import { FollowerError, type FollowerSession, type FollowerStep } from '@rsim/core';
import { referenceLogProbabilities } from '@rsim/lm';
import { afterAll, describe, expect, it } from 'vitest';

import { EmbeddedFollower } from './embedded-follower.js';
import { randomModel, strategy } from './fixtures.js';

const model = randomModel(1);
const { tokenizer } = model;
const follower = await EmbeddedFollower.create(model, { workers: 0 });
afterAll(() => follower[Symbol.asyncDispose]());

const plain = { maxTokens: 12, temperature: 1 };
const questions = ['Tom has 60 apples.', 'Tom has 7 apples. Tom has 12 apples.', 'a=3'];

/** Every token of a document so far, as the follower should have read and written it. */
function documentOf(question: string, steps: readonly FollowerStep[]): number[] {
  const tokens = tokenizer.encode(`<|bos|>${question}`);
  for (const [index, step] of steps.entries()) {
    const cut = index > 0 && steps[index - 1]?.finish === 'length';
    if (index === 0 || cut) tokens.push(...tokenizer.encode('\n'));
    if (step.usage.budgetTokens > step.tokens.length) tokens.push(...tokenizer.encode(`<|${step.strategy}|>`));
    tokens.push(...step.tokens);
  }
  return tokens;
}

/** Compares the log-probabilities of written tokens with those of one plain pass over the whole document. */
function expectReferenceLogProbabilities(question: string, steps: readonly FollowerStep[]): void {
  const document = documentOf(question, steps);
  const reference = referenceLogProbabilities(model.config, model.weights, document);
  for (let count = steps.length; count > 0; count -= 1) {
    const step = steps[count - 1] as FollowerStep;
    const start = documentOf(question, steps.slice(0, count)).length - step.tokens.length;
    step.tokens.forEach((token, index) => {
      expect(step.logProbabilities[index]).toBeCloseTo(reference[start + index - 1]?.[token] as number, 4);
    });
  }
}

async function walk(session: FollowerSession, seed: number, ids: readonly (string | null)[]): Promise<FollowerStep[]> {
  const steps: FollowerStep[] = [];
  for (const [index, id] of ids.entries()) {
    const step = await session.step(id === null ? null : strategy(id), { ...plain, seed: seed + index });
    steps.push(step);
    if (step.finish === 'answer') break;
  }
  return steps;
}

const guided = ['decomposition', 'continuation', 'validation', 'termination'];

describe('EmbeddedFollower', () => {
  it('gives the log-probabilities of a full pass over the document, step after step', async () => {
    for (const [index, question] of questions.entries()) {
      await using session = await follower.open(question);
      expectReferenceLogProbabilities(question, await walk(session, index, guided));
      await using free = await follower.open(question);
      expectReferenceLogProbabilities(question, await walk(free, index, [null, null, null]));
    }
  });

  it('writes the same whatever else is in the batch', async () => {
    const alone: FollowerStep[][] = [];
    for (const [index, question] of questions.entries()) {
      await using session = await follower.open(question);
      alone.push(await walk(session, index, guided));
    }
    const order = [2, 0, 1, 1, 2, 0, 0];
    const together = await Promise.all(
      order.map(async (index) => {
        await using session = await follower.open(questions[index] as string);
        return await walk(session, index, guided.slice(0, alone[index]?.length));
      }),
    );
    together.forEach((steps, position) => {
      const expected = alone[order[position] as number] as FollowerStep[];
      expect(steps.map(({ tokens }) => tokens)).toEqual(expected.map(({ tokens }) => tokens));
      steps.forEach((step, index) => {
        step.logProbabilities.forEach((value, token) => {
          expect(value).toBeCloseTo(expected[index]?.logProbabilities[token] as number, 4);
        });
      });
    });
  });

  it('writes the same with the same seed and something else with another', async () => {
    const texts = await Promise.all(
      [5, 5, 6, 7, 8].map(async (seed) => {
        await using session = await follower.open('a=3');
        return (await session.step(strategy('continuation'), { ...plain, seed })).tokens.join();
      }),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  it('is greedy at temperature 0', async () => {
    await using session = await follower.open('a=3');
    const step = await session.step(strategy('continuation'), { maxTokens: 6, temperature: 0, seed: 1 });
    const document = documentOf('a=3', [step]);
    const reference = referenceLogProbabilities(model.config, model.weights, document);
    const start = document.length - step.tokens.length;
    step.tokens.forEach((token, index) => {
      const row = (reference[start + index - 1] as number[]).slice(12);
      expect(row[token - 12]).toBeCloseTo(Math.max(...row), 4);
    });
  });

  it('draws tokens as often as their probabilities say', async () => {
    const draws = 1000;
    const session = await follower.open('a=3');
    const sessions = await Promise.all(Array.from({ length: draws }, () => session.fork()));
    const steps = await Promise.all(
      sessions.map((fork, seed) => fork.step(strategy('continuation'), { maxTokens: 2, temperature: 2, seed })),
    );
    await Promise.all([session, ...sessions].map((each) => each[Symbol.asyncDispose]()));
    const document = tokenizer.encode('<|bos|>a=3\n<|continuation|>');
    const row = referenceLogProbabilities(model.config, model.weights, document).at(-1) as number[];
    const masses = row.map((value, token) => (token < 12 ? 0 : Math.exp(value / 2)));
    const total = masses.reduce((left, right) => left + right, 0);
    masses.forEach((mass, token) => {
      const share = mass / total;
      const seen = steps.filter(({ tokens }) => tokens[0] === token).length / draws;
      expect(Math.abs(seen - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / draws) + 1e-9 + 1 / draws);
    });
  });

  it('forks a session whose branches then go their own ways', async () => {
    await using session = await follower.open('Tom has 60 apples.');
    const before = await walk(session, 40, ['decomposition']);
    await using fork = await session.fork();
    const [left, right] = await Promise.all([
      walk(session, 50, ['continuation', 'validation']),
      walk(fork, 60, ['deep-thinking', 'validation']),
    ]);
    expectReferenceLogProbabilities('Tom has 60 apples.', [...before, ...left]);
    expectReferenceLogProbabilities('Tom has 60 apples.', [...before, ...right]);
  });

  it('never writes tags in a guided step, and ends only where it may', async () => {
    const tags = tokenizer.encode('<|bos|>').concat(Array.from({ length: 12 }, (_, id) => id));
    for (let seed = 0; seed < 20; seed += 1) {
      await using session = await follower.open('a=3');
      const steps = await walk(session, 100 * seed, guided);
      for (const step of steps) {
        const end = step.strategy === 'termination' ? tokenizer.idOf('<|eos|>') : tokenizer.encode('\n')[0];
        const body = step.finish === 'length' ? step.tokens : step.tokens.slice(0, -1);
        expect(body.some((token) => tags.includes(token) || token === tokenizer.encode('\n')[0])).toBe(false);
        if (step.finish !== 'length') expect(step.tokens.at(-1)).toBe(end);
        expect(step.finish).not.toBe(step.strategy === 'termination' ? 'stop' : 'answer');
        expect(step.text).toBe(tokenizer.decode(body));
      }
    }
  });

  it('counts the injection, what it wrote and the end mark, and keeps to its limit', async () => {
    for (let maxTokens = 1; maxTokens < 8; maxTokens += 1) {
      await using session = await follower.open('a=3');
      const step = await session.step(strategy('validation'), { ...plain, maxTokens, seed: maxTokens });
      expect(step.usage.budgetTokens).toBe(1 + step.tokens.length);
      expect(step.usage.budgetTokens).toBeLessThanOrEqual(maxTokens);
      expect(step.usage.promptTokens).toBe(tokenizer.encode('<|bos|>a=3\n<|validation|>').length);
      if (step.usage.budgetTokens < maxTokens) expect(step.finish).toBe('stop');
    }
  });

  it('reports the strategy that the follower chose itself', async () => {
    const steps = await Promise.all(
      Array.from({ length: 200 }, async (_, seed) => {
        await using session = await follower.open('a=3');
        return await session.step(null, { ...plain, seed });
      }),
    );
    const tagged = steps.filter(({ strategy: chosen }) => chosen !== null);
    expect(tagged.length).toBeGreaterThan(0);
    for (const step of steps) {
      const opening = tokenizer.decode(step.tokens.slice(0, 1));
      expect(
        step.strategy === null ? opening.startsWith('<|') && opening !== '<|eos|>' : opening !== `<|${step.strategy}|>`,
      ).toBe(false);
      expect(step.text).not.toContain('<|');
      expect(step.usage.budgetTokens).toBe(step.tokens.length);
      if (step.strategy === 'termination') expect(step.finish).not.toBe('stop');
    }
  });
});

describe('EmbeddedFollower, when misused', () => {
  it('refuses an unknown strategy', async () => {
    await using session = await follower.open('a=3');
    await expect(session.step(strategy('guessing'), { ...plain, seed: 1 })).rejects.toThrow(FollowerError);
    await expect(session.step(strategy('validation'), { ...plain, seed: 1 })).resolves.toBeDefined();
  });

  it('refuses questions that it cannot read', async () => {
    for (const question of ['caf\u00e9', 'a<|eos|>b', 'a'.repeat(400)]) {
      await expect(follower.open(question)).rejects.toThrow(FollowerError);
    }
  });

  it('refuses a second step while one is under way, and any after the answer or the end', async () => {
    const session = await follower.open('a=3');
    const first = session.step(strategy('validation'), { ...plain, seed: 1 });
    await expect(session.step(strategy('validation'), { ...plain, seed: 2 })).rejects.toThrow(/under way/);
    await first;
    const answer = await session.step(strategy('termination'), { maxTokens: 100, temperature: 1, seed: 3 });
    if (answer.finish === 'answer') {
      await expect(session.step(strategy('validation'), { ...plain, seed: 2 })).rejects.toThrow(/given its answer/);
    }
    await session[Symbol.asyncDispose]();
    await expect(session.step(strategy('validation'), { ...plain, seed: 2 })).rejects.toThrow(/disposed/);
  });

  it('fails a session that outgrows the context, and no other', async () => {
    await using long = await follower.open('a'.repeat(150));
    await using short = await follower.open('a=3');
    const options = { maxTokens: 40, temperature: 1 };
    const grow = async (): Promise<void> => {
      for (let seed = 0; seed < 30; seed += 1) await long.step(strategy('validation'), { ...options, seed });
    };
    const [grown, kept] = await Promise.allSettled([
      grow(),
      short.step(strategy('validation'), { ...options, seed: 1 }),
    ]);
    expect(grown).toMatchObject({ status: 'rejected', reason: { code: 'context-overflow' } });
    expect(kept.status).toBe('fulfilled');
    await expect(long.step(strategy('validation'), { ...options, seed: 1 })).rejects.toThrow(/earlier step failed/);
  });

  it('ends an aborted step, and lets the others go on', async () => {
    await using aborted = await follower.open('a=3');
    await using other = await follower.open('a=3');
    const controller = new AbortController();
    const steps = Promise.allSettled([
      aborted.step(strategy('validation'), { ...plain, seed: 1, signal: controller.signal }),
      other.step(strategy('validation'), { ...plain, seed: 1 }),
    ]);
    controller.abort();
    const [first, second] = await steps;
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'follower-aborted' } });
    expect(second.status).toBe('fulfilled');
    await expect(aborted.step(strategy('validation'), { ...plain, seed: 1 })).rejects.toThrow(FollowerError);
  });

  it('rejects what is under way when a session or the follower is disposed of', async () => {
    const mortal = await EmbeddedFollower.create(model, { workers: 0 });
    const session = await mortal.open('a=3');
    const first = session.step(strategy('validation'), { ...plain, seed: 1 });
    await session[Symbol.asyncDispose]();
    await expect(first).rejects.toThrow(FollowerError);
    const other = await mortal.open('a=3');
    const second = other.step(strategy('validation'), { ...plain, seed: 1 });
    await mortal[Symbol.asyncDispose]();
    await expect(second).rejects.toThrow(FollowerError);
    await expect(other.step(strategy('validation'), { ...plain, seed: 1 })).rejects.toThrow(FollowerError);
  });
});
