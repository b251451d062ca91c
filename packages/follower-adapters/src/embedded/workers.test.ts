import { FollowerError, type FollowerStep } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import { EmbeddedFollower } from './embedded-follower.js';
import { randomModel, strategy } from './fixtures.js';

const model = randomModel(2);

async function writeSteps(workers: number): Promise<FollowerStep[][]> {
  await using follower = await EmbeddedFollower.create(model, { workers });
  const sessions = await Promise.all(['a=3', 'b=4', 'c=5', 'a=3', 'Tom'].map((question) => follower.open(question)));
  const waves: FollowerStep[][] = [];
  for (const [wave, id] of ['decomposition', 'continuation', 'termination'].entries()) {
    const options = { maxTokens: 12, temperature: 1 };
    const steps = sessions.map((session, index) => session.step(strategy(id), { ...options, seed: 10 * wave + index }));
    waves.push(await Promise.all(steps));
  }
  return waves;
}

describe('worker threads', { timeout: 120_000 }, () => {
  it('write what the calling thread writes', async () => {
    const tokens = (waves: FollowerStep[][]): unknown => waves.map((steps) => steps.map((step) => step.tokens));
    expect(tokens(await writeSteps(2))).toEqual(tokens(await writeSteps(0)));
  });

  it('end in peace while they are still starting', async () => {
    for (const patience of [0, 50, 150]) {
      const follower = await EmbeddedFollower.create(model, { workers: 2 });
      await follower.open('a=3');
      await new Promise((resolve) => setTimeout(resolve, patience));
      await follower[Symbol.asyncDispose]();
    }
  });

  it('reject what is asked of them when they die', async () => {
    // The graph says one shape and holds another, so that onnxruntime refuses it and the worker ends.
    const weights = new Map(model.weights);
    weights.set('model.norm.weight', { shape: [model.config.hiddenSize], data: new Float32Array(3) });
    await using follower = await EmbeddedFollower.create({ ...model, weights }, { workers: 1 });
    const sessions = await Promise.all([follower.open('a=3'), follower.open('b=4')]);
    const options = { maxTokens: 8, temperature: 1, seed: 1 };
    const steps = await Promise.allSettled(sessions.map((session) => session.step(strategy('validation'), options)));
    for (const step of steps) expect(step).toMatchObject({ status: 'rejected', reason: { code: 'follower-failed' } });
    const late = await follower.open('c=5');
    await expect(late.step(strategy('validation'), options)).rejects.toThrow(FollowerError);
  });
});
