import { FollowerError, type FollowerStep } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import { EmbeddedFollower } from './embedded-follower.js';
import { EngineClient } from './engine-client.js';
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

describe('worker threads', () => {
  it('write what the calling thread writes', async () => {
    const tokens = (waves: FollowerStep[][]): unknown => waves.map((steps) => steps.map((step) => step.tokens));
    expect(tokens(await writeSteps(2))).toEqual(tokens(await writeSteps(0)));
  });

  it('reject every step under way when they die, and every one after', async () => {
    const broken = { ...model, config: { ...model.config, layers: 1 } };
    await using follower = await EmbeddedFollower.create(
      { ...broken, weights: new Map(model.weights) },
      { workers: 1 },
    );
    const session = await follower.open('a=3');
    await expect(
      session.step(strategy('validation'), { maxTokens: 8, temperature: 1, seed: 1 }),
    ).resolves.toBeDefined();

    const remedy = 'Start again.';
    let die = (): void => undefined;
    const client = await EngineClient.connect((listener) => {
      die = () => {
        listener.onDeath(new FollowerError('A worker of the follower stopped: killed.', { remedy }));
      };
      return { post: () => undefined, hold: () => undefined, dispose: async () => undefined };
    });
    const request = { injection: [], mode: 'line', maxTokens: 3, temperature: 1, seed: 1 } as const;
    const steps = Promise.allSettled([client.step(client.open([1]), request), client.step(client.open([1]), request)]);
    die();
    for (const step of await steps) expect(step).toMatchObject({ status: 'rejected', reason: { message: /killed/ } });
    await expect(client.step(client.open([1]), request)).rejects.toThrow(FollowerError);
  });
});
