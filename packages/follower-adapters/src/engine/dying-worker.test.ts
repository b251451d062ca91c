import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

import type { Follower, FollowerStep } from '@rsim/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { EmbeddedFollower } from '../embedded/embedded-follower.js';
import { randomModel } from '../embedded/fixtures.js';
import { openFixture, strategy } from '../onnx/fixtures.js';

/** Workers that were started and have not ended, in their order. */
const workers: Worker[] = [];
const keep = (worker: Worker): void => {
  workers.push(worker);
  worker.once('exit', () => workers.splice(workers.indexOf(worker), 1));
};
beforeAll(() => void process.on('worker', keep));
afterAll(() => void process.off('worker', keep));
beforeEach(() => void expect(workers).toEqual([]));

const kinds: Readonly<Record<string, (workers: number) => Promise<Follower>>> = {
  embedded: (count) => EmbeddedFollower.create(randomModel(2), { workers: count }),
  onnx: (count) => openFixture({ workers: count }),
};
const questions = ['a=3', 'b=4', 'Tom', 'c=5'];

/**
 * Has a worker end itself without its owner knowing. Ended from outside in the middle of a native call, it would now and then take the
 * whole process with it.
 */
async function end(worker: Worker | undefined): Promise<void> {
  worker?.postMessage(null);
  if (worker) await once(worker, 'exit');
}

async function write(follower: Follower, question: string, maxTokens: number): Promise<FollowerStep> {
  await using session = await follower.open(question);
  return await session.step(strategy('termination'), { maxTokens, temperature: 0, seed: 1 });
}

describe.each(Object.entries(kinds))('the workers of %s', { timeout: 120_000 }, (_, create) => {
  it('that end in the middle of a step fail it; the others go on, and so do new sessions', async () => {
    await using follower = await create(2);
    const texts = await Promise.all(questions.map((question) => write(follower, question, 60)));
    const steps = Promise.allSettled(questions.map((question) => write(follower, question, 60)));
    while (workers.length < 2) await setImmediate();
    await setImmediate();
    await end(workers[0]);
    const outcomes = await steps;
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(2);
    for (const each of failed) {
      expect(each).toMatchObject({
        reason: { code: 'follower-failed', message: 'A worker of the follower stopped: it ended with code 0.' },
      });
    }
    const again = await Promise.all(questions.map((question) => write(follower, question, 60)));
    expect(again.map(({ tokens }) => tokens)).toEqual(texts.map(({ tokens }) => tokens));
  });

  it('that end by an error while nothing is asked of them are replaced, the only one too', async () => {
    await using follower = await create(1);
    const { tokens } = await write(follower, 'a=3', 20);
    workers[0]?.emit('error', new Error('out of memory'));
    await end(workers[0]);
    expect((await write(follower, 'a=3', 20)).tokens).toEqual(tokens);
    expect(workers).toHaveLength(1);
  });
});
