import type { FollowerStep } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import { EmbeddedFollower } from './embedded-follower.js';
import { randomModel, strategy } from './fixtures.js';

const model = randomModel(2);
const { weights } = randomModel(3);
const options = { maxTokens: 12, temperature: 1, seed: 4 };

async function write(follower: EmbeddedFollower): Promise<FollowerStep[]> {
  const sessions = await Promise.all(['a=3', 'b=4', 'Tom'].map((question) => follower.open(question)));
  const steps = await Promise.all(sessions.map((session) => session.step(strategy('continuation'), options)));
  await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  return steps;
}

describe.each([0, 2])('swapped weights with %i workers', { timeout: 120_000 }, (workers) => {
  it('are those that the next session is written with', async () => {
    await using follower = await EmbeddedFollower.create(model, { workers });
    await using other = await EmbeddedFollower.create({ ...model, weights }, { workers: 0 });
    const [before, after] = [await write(follower), await write(other)];
    expect(before).not.toEqual(after);
    follower.swapWeights(weights);
    expect(await write(follower)).toEqual(after);
    follower.swapWeights(weights);
    follower.swapWeights(model.weights);
    expect(await write(follower)).toEqual(before);
  });

  it('are taken by a follower that nobody has asked yet', async () => {
    await using follower = await EmbeddedFollower.create(model, { workers });
    await using other = await EmbeddedFollower.create({ ...model, weights }, { workers: 0 });
    follower.swapWeights(weights);
    expect(await write(follower)).toEqual(await write(other));
  });

  it('end the sessions that were open, under way or not', async () => {
    await using follower = await EmbeddedFollower.create(model, { workers });
    const sessions = await Promise.all(['a=3', 'b=4'].map((question) => follower.open(question)));
    const [waiting, writing] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
    await waiting.step(strategy('continuation'), options);
    const step = writing.step(strategy('continuation'), { ...options, maxTokens: 100 });
    const outdated = { code: 'session-outdated' };
    follower.swapWeights(weights);
    await expect(step).rejects.toMatchObject(outdated);
    await expect(waiting.fork()).rejects.toMatchObject(outdated);
    await expect(waiting.step(strategy('validation'), options)).rejects.toMatchObject(outdated);
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
    expect(await write(follower)).toHaveLength(3);
  });

  it('are named where they cannot be loaded, and replaced by better ones', async () => {
    await using follower = await EmbeddedFollower.create(model, { workers });
    const before = await write(follower);
    const damaged = new Map(weights).set('model.norm.weight', { shape: [16], data: new Float32Array(3) });
    follower.swapWeights(damaged);
    await expect(write(follower)).rejects.toMatchObject({ code: 'follower-failed' });
    follower.swapWeights(model.weights);
    expect(await write(follower)).toEqual(before);
  });
});
