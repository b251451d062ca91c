import { type FollowerBatch, Random } from '@rsim/core';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import { initializeDecoderWeights } from '../decoder-weights.js';
import { referenceLogProbabilities } from '../reference-decoder.js';
import { smallDecoder as config } from '../testing/small-decoder.js';
import { AdamW } from './adamw.js';
import { policyGradients, sequenceLogProbabilities } from './policy-gradient.js';

/** Weights large enough for every part to matter. */
const makeWeights = () =>
  new Map(
    [...initializeDecoderWeights(config, Random.of(4))].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value * (name.includes('norm') ? 1 : 20)) },
    ]),
  );
const policyBatch: FollowerBatch = {
  sequences: [
    {
      tokens: [1, 5, 7, 3, 9, 2],
      advantages: [0, 0, 1, -0.5, 2, 1],
      oldLogProbabilities: [null, null, -2, -3, -0.1, -9],
      referenceLogProbabilities: [null, null, -2.5, -2, -3, -4],
    },
    { tokens: [1, 4, 4, 2], advantages: [0, 1, -1, -1], oldLogProbabilities: [null, -2, -9, -0.01] },
  ],
  learningRate: 0.01,
  clip: 0.2,
  klWeight: 0.1,
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('policyGradients', () => {
  it('has the log-probabilities of the plain reference', async () => {
    const weights = makeWeights();
    const [first = []] = await sequenceLogProbabilities(config, weights, [
      [1, 5, 7, 3, 9, 2],
      [1, 4],
    ]);
    const rows = referenceLogProbabilities(config, weights, [1, 5, 7, 3, 9, 2]);
    for (const [index, token] of [5, 7, 3, 9, 2].entries()) {
      expect(first[index + 1]).toBeCloseTo(rows[index]?.[token] as number, 4);
    }
  });

  it.each([1, 0.7])('has the slopes of the loss’s finite differences at temperature %s', async (temperature) => {
    const weights = makeWeights();
    const batch = { ...policyBatch, temperature };
    const { gradients, update } = await policyGradients(config, weights, batch);
    expect(update).toMatchObject({ tokens: 7, kl: expect.any(Number) as number });
    expect(update.clipFraction).toBeGreaterThan(0);
    const random = Random.of(9);
    for (const [name, { data }] of weights) {
      const gradient = gradients.get(name) as Float32Array;
      const scale = Math.max(...gradient.map(Math.abs), 1e-2);
      const index = random.integer(0, data.length - 1);
      const original = data[index] as number;
      const lossAt = async (value: number): Promise<number> => {
        data[index] = value;
        return (await policyGradients(config, weights, batch)).update.loss;
      };
      const slope = ((await lossAt(original + 2 ** -8)) - (await lossAt(original - 2 ** -8))) / 2 ** -7;
      data[index] = original;
      expect(Math.abs((gradient[index] as number) - slope) / scale, `${name} ${index}`).toBeLessThan(2e-2);
    }
  });

  it('makes rewarded tokens likelier and leaves nothing on the backend', async () => {
    const weights = makeWeights();
    const tokens = [1, 5, 7];
    const [before = []] = await sequenceLogProbabilities(config, weights, [tokens]);
    const rewarded = { tokens, advantages: [0, 1, 0], oldLogProbabilities: [null, before[1] ?? 0, null] };
    const tensors = tf.memory().numTensors;
    const { gradients } = await policyGradients(config, weights, { ...policyBatch, sequences: [rewarded] });
    expect(tf.memory().numTensors).toBe(tensors);
    const options = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };
    AdamW.start(options, weights).update(weights, gradients, 0.01, 1);
    const [after = []] = await sequenceLogProbabilities(config, weights, [tokens]);
    expect(after[1]).toBeGreaterThan(before[1] as number);
  });
});
