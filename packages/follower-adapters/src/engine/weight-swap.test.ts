import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type FollowerStep } from '@rsim/core';
import { type DecoderWeights, readPublishedModel } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EmbeddedFollower } from '../embedded/embedded-follower.js';
import { randomModel, strategy } from '../embedded/fixtures.js';
import { writeRandomCheckpoint } from '../testing/random-checkpoint.js';
import { PublishedRollouts } from '../tfjs/published-rollouts.js';
import { tfjsOptionsSchema } from '../tfjs/tfjs-options.js';

type Writer = Pick<PublishedRollouts, 'open' | 'swapWeights' | typeof Symbol.asyncDispose>;

interface Kind {
  /** Two sets of weights of one decoder. */
  weights(): Promise<readonly [DecoderWeights, DecoderWeights]>;
  create(weights: DecoderWeights, workers: number): Promise<Writer>;
}

const options = { maxTokens: 40, temperature: 1, seed: 4 };
let folder: string;

const kinds: Readonly<Record<string, Kind>> = {
  embedded: {
    weights: async () => [randomModel(2).weights, randomModel(3).weights],
    create: (weights, workers) => EmbeddedFollower.create({ ...randomModel(2), weights }, { workers }),
  },
  published: {
    weights: async () => {
      const { weights } = await readPublishedModel(folder);
      const others = [...weights].map(
        ([name, { shape, data }]) => [name, { shape, data: data.map((x) => -x) }] as const,
      );
      return [weights, new Map(others)];
    },
    create: async (weights, workers) => {
      const model = { ...(await readPublishedModel(folder)), weights };
      const chosen = tfjsOptionsSchema.parse({ model: folder, workers, system: '', injection: '\n\n{id}\n' });
      return PublishedRollouts.create(model, folder, chosen, defaultStrategies);
    },
  },
};

async function write(writer: Writer): Promise<FollowerStep[]> {
  const sessions = await Promise.all(['a=3', 'b=4', 'Tom'].map((question) => writer.open(question)));
  const steps = await Promise.all(sessions.map((session) => session.step(strategy('continuation'), options)));
  await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  return steps;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-swap-'));
  await writeRandomCheckpoint(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(Object.entries(kinds).flatMap(([name, kind]) => [0, 2].map((workers) => ({ name, workers, ...kind }))))(
  'swapped weights: $name, $workers workers',
  { timeout: 120_000 },
  ({ weights, create, workers }) => {
    /** That every worker takes the weights is seen once. */
    const fewer = Math.min(workers, 1);

    it('are those that the next session is written with', async () => {
      const [first, second] = await weights();
      await using follower = await create(first, workers);
      await using other = await create(second, 0);
      const [before, after] = [await write(follower), await write(other)];
      expect(before).not.toEqual(after);
      follower.swapWeights(second);
      expect(await write(follower)).toEqual(after);
      follower.swapWeights(second);
      follower.swapWeights(first);
      expect(await write(follower)).toEqual(before);
    });

    it('are taken by a follower that nobody has asked yet', async () => {
      const [first, second] = await weights();
      await using follower = await create(first, fewer);
      await using other = await create(second, 0);
      follower.swapWeights(second);
      expect(await write(follower)).toEqual(await write(other));
    });

    it('end the sessions that were open, under way or not', async () => {
      const [first, second] = await weights();
      await using follower = await create(first, fewer);
      const sessions = await Promise.all(['a=3', 'b=4'].map((question) => follower.open(question)));
      const [waiting, writing] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
      await waiting.step(strategy('continuation'), options);
      const step = writing.step(strategy('continuation'), { ...options, maxTokens: 100 });
      const outdated = { code: 'session-outdated' };
      follower.swapWeights(second);
      await expect(step).rejects.toMatchObject(outdated);
      await expect(waiting.fork()).rejects.toMatchObject(outdated);
      await expect(waiting.step(strategy('validation'), options)).rejects.toMatchObject(outdated);
      // Nor is a step of theirs that no engine is needed for.
      await expect(waiting.step(strategy('validation'), { ...options, maxTokens: 1 })).rejects.toMatchObject(outdated);
      await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
      expect(await write(follower)).toHaveLength(3);
    });

    it('are named where they cannot be loaded, and replaced by better ones', async () => {
      const [first] = await weights();
      await using follower = await create(first, fewer);
      const before = await write(follower);
      follower.swapWeights(new Map(first).set('model.norm.weight', { shape: [3], data: new Float32Array(3) }));
      await expect(write(follower)).rejects.toMatchObject({ code: 'follower-failed' });
      follower.swapWeights(first);
      expect(await write(follower)).toEqual(before);
    });

    it('are refused by name where one is missing, and replaced by better ones', async () => {
      const [first] = await weights();
      await using follower = await create(first, fewer);
      const before = await write(follower);
      follower.swapWeights(new Map([...first].filter(([name]) => name !== 'model.norm.weight')));
      await expect(follower.open('a=3')).rejects.toThrow(/no tensor model.norm.weight/);
      follower.swapWeights(first);
      expect(await write(follower)).toEqual(before);
    });
  },
);
