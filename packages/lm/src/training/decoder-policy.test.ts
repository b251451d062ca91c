import { type FollowerBatch, Random } from '@rsim/core';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { initializeDecoderWeights } from '../decoder-weights.js';
import { smallDecoder as config } from '../testing/small-decoder.js';
import { startLora } from '../lora/lora-adapter.js';
import { DecoderPolicy } from './decoder-policy.js';
import { policyThread, scoringThread } from './policy-thread.js';
import { type PolicyWork, policyWork } from './policy-work.js';

const random = Random.of(7);
/** More documents than one pass holds, of all lengths. */
const batch: FollowerBatch = {
  sequences: Array.from({ length: 40 }, () => {
    const tokens = Array.from({ length: random.integer(2, 16) }, () => random.integer(0, 10));
    return {
      tokens,
      advantages: tokens.map((_, place) => (place === 0 ? 0 : random.next() - 0.5)),
      oldLogProbabilities: tokens.map((_, place) => (place === 0 ? null : -2)),
    };
  }),
  learningRate: 0.01,
  clip: 0.2,
  klWeight: 0,
};

beforeAll(async () => {
  await tf.setBackend('wasm');
});

describe('DecoderPolicy', () => {
  it('keeps nothing on the backend, over many updates and evaluations', async () => {
    const policy = new DecoderPolicy(config, initializeDecoderWeights(config, random));
    const few = { ...batch, sequences: batch.sequences.slice(0, 6) };
    await policy.update(few);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    for (let round = 0; round < 50; round += 1) await policy.update(few);
    await policy.update(batch);
    await policy.logProbabilities(batch.sequences.map(({ tokens }) => tokens));
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers, numBytes });
  });

  it('learns the same from documents in any order and however they are packed', async () => {
    const weights = initializeDecoderWeights(config, random);
    const [one, other] = [new DecoderPolicy(config, weights), new DecoderPolicy(config, weights)];
    const reversed = { ...batch, sequences: batch.sequences.toReversed() };
    const [left, right] = [await one.update(batch), await other.update(reversed)];
    expect(left.loss).toBeCloseTo(right.loss, 6);
    for (const [name, { data }] of one.weights) {
      const found = other.weights.get(name)?.data ?? [];
      for (const [index, value] of data.entries()) expect(found[index]).toBeCloseTo(value, 4);
    }
  });

  it("steps by the batch's optimiser settings where it has any", async () => {
    const weights = initializeDecoderWeights(config, random);
    const afterTwo = async (changes: Partial<FollowerBatch>) => {
      const policy = new DecoderPolicy(config, weights);
      for (let step = 0; step < 2; step += 1) await policy.update({ ...batch, ...changes });
      return policy.fingerprint;
    };
    const usual = await afterTwo({});
    expect(await afterTwo({ maxGradientNorm: 1, beta1: 0.9, beta2: 0.95, weightDecay: 0 })).toBe(usual);
    for (const changes of [{ maxGradientNorm: 1e-9 }, { beta1: 0.1 }, { beta2: 0.1 }, { weightDecay: 1 }]) {
      expect(await afterTwo(changes)).not.toBe(usual);
    }
  });

  it('is as it was after a step that leaves weights that are no finite numbers, and goes on', async () => {
    const weights = initializeDecoderWeights(config, random);
    const [policy, other] = [new DecoderPolicy(config, weights), new DecoderPolicy(config, weights)];
    const few = { ...batch, sequences: batch.sequences.slice(0, 4) };
    for (const each of [policy, other]) await each.update(few);
    await expect(policy.update({ ...few, learningRate: 1e40 })).rejects.toMatchObject({
      code: 'update-not-finite',
      message: expect.stringMatching(/^A weight after the update of 4 sequences/) as string,
    });
    expect(policy.fingerprint).toBe(other.fingerprint);
    for (const each of [policy, other]) await each.update(few);
    expect(policy.fingerprint).toBe(other.fingerprint);
  });

  it('keeps nothing on the backend when an update is refused', async () => {
    const policy = new DecoderPolicy(config, initializeDecoderWeights(config, random));
    const { numTensors } = tf.memory();
    const spoiled = batch.sequences.map((sequence) => ({ ...sequence, advantages: sequence.tokens.map(() => NaN) }));
    await expect(policy.update({ ...batch, sequences: spoiled })).rejects.toMatchObject({ code: 'update-not-finite' });
    const long = { ...batch.sequences[0], tokens: Array.from({ length: 18 }, () => 1) } as (typeof batch.sequences)[0];
    await expect(policy.update({ ...batch, sequences: [...batch.sequences, long] })).rejects.toThrow(/18 tokens/);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('in a thread of its own', { timeout: 60_000 }, () => {
  afterAll(() => Promise.all([policyThread.stop(), scoringThread.stop()]));

  const few = { ...batch, sequences: batch.sequences.slice(0, 4) };
  const tokens = few.sequences.map((sequence) => sequence.tokens);
  const spoiled = {
    ...few,
    sequences: few.sequences.map((each) => ({ ...each, advantages: each.tokens.map(() => NaN) })),
  };

  it.each([
    ['all weights', null],
    ['an adapter', { rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] }],
  ])('a policy learns what it would in this one, to the bit: %s', async (_, lora) => {
    const weights = initializeDecoderWeights(config, random);
    const adapter = lora && startLora(config, lora, random);
    const here = new DecoderPolicy(config, weights, { adapter });
    const there = new DecoderPolicy(config, weights, { adapter, work: policyThread });
    for (let round = 0; round < 3; round += 1) {
      expect(await there.update(few)).toEqual(await here.update(few));
      expect(there.fingerprint).toBe(here.fingerprint);
    }
    expect(await there.logProbabilities(tokens, 0.7)).toEqual(await here.logProbabilities(tokens, 0.7));
  });

  it.each([
    ['all weights', null],
    ['an adapter', { rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] }],
  ])('a policy that was frozen scores in another as it did, while it learns: %s', async (_, lora) => {
    const weights = initializeDecoderWeights(config, random);
    const adapter = lora && startLora(config, lora, random);
    const policy = new DecoderPolicy(config, weights, { adapter, work: policyThread });
    await policy.update(few);
    const before = await policy.logProbabilities(tokens, 0.7);
    const frozen = policy.freeze(scoringThread);
    // The second step writes over the weights that were frozen.
    const learning = Promise.all([policy.update(few), policy.update(few)]);
    expect(await frozen.logProbabilities(tokens, 0.7)).toEqual(before);
    await learning;
    expect(await frozen.logProbabilities(tokens, 0.7)).toEqual(before);
    expect(await policy.logProbabilities(tokens, 0.7)).not.toEqual(before);
  });

  it('keeps what is frozen next in the memory of what was disposed, and in no other', async () => {
    const seen: SharedArrayBuffer[] = [];
    const work: PolicyWork = {
      ...policyWork,
      score: ({ learned }) => {
        seen.push([...learned.values()][0]!.data.buffer as SharedArrayBuffer);
        return Promise.resolve([]);
      },
    };
    const policy = new DecoderPolicy(config, initializeDecoderWeights(config, random));
    const [first, held] = [policy.freeze(work), policy.freeze(work)];
    for (const frozen of [first, held]) await frozen.logProbabilities([]);
    for (let time = 0; time < 2; time += 1) first[Symbol.dispose]();
    for (const frozen of [policy.freeze(work), policy.freeze(work)]) await frozen.logProbabilities([]);
    expect(seen[2]).toBe(seen[0]);
    expect(new Set(seen).size).toBe(3);
  });

  it('makes updates that are asked for at once in turn', async () => {
    const weights = initializeDecoderWeights(config, random);
    const [one, other] = [weights, weights].map((same) => new DecoderPolicy(config, same, { work: policyThread }));
    await Promise.all([one!.update(few), one!.update(few)]);
    await other!.update(few);
    await other!.update(few);
    expect(one!.fingerprint).toBe(other!.fingerprint);
  });

  it('leaves a policy as it was where an update is refused, or the thread dies, and starts again', async () => {
    const policy = new DecoderPolicy(config, initializeDecoderWeights(config, random), { work: policyThread });
    await policy.update(few);
    const { fingerprint } = policy;
    await expect(policy.update(spoiled)).rejects.toMatchObject({ code: 'update-not-finite' });
    const failure = expect(policy.update(few)).rejects.toMatchObject({
      code: 'learner-stopped',
      message: expect.stringMatching(/stopped: it was stopped; the follower is as it was before/) as string,
    });
    await new Promise((done) => setTimeout(done, 5));
    await policyThread.stop();
    await failure;
    expect(policy.fingerprint).toBe(fingerprint);
    await policy.update(few);
    expect(policy.fingerprint).not.toBe(fingerprint);
  });
});
