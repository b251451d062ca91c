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

  it('has no slopes where nothing was written', async () => {
    const unwritten = { tokens: [1, 4, 4, 2], advantages: [0, 0, 0, 0], oldLogProbabilities: [null, null, null, null] };
    const read = await policyGradients(config, makeWeights(), { ...policyBatch, sequences: [unwritten] });
    expect(read.update).toMatchObject({ tokens: 0, loss: 0, gradientNorm: 0 });
    const sequences = [...policyBatch.sequences, unwritten];
    const beside = await policyGradients(config, makeWeights(), { ...policyBatch, sequences });
    const alone = await policyGradients(config, makeWeights(), policyBatch);
    expect(beside.update.loss).toBeCloseTo(alone.update.loss, 6);
    expect(beside.update.gradientNorm).toBeCloseTo(alone.update.gradientNorm, 5);
  });

  it.each<[string, Partial<FollowerBatch>]>([
    ['ppo', {}],
    [
      'ppo at temperature 0.7, summed by sequence, the range wider above',
      { temperature: 0.7, clipHigh: 0.6, aggregation: 'sum' },
    ],
    ['ppo with an entropy bonus', { entropy: 0.5 }],
    [
      'ppo with an entropy bonus at temperature 0.7, summed by sequence',
      { entropy: 0.5, temperature: 0.7, aggregation: 'sum' },
    ],
    [
      'gspo, mean by sequence, k2',
      {
        ...{ loss: 'gspo', aggregation: 'episode', klEstimator: 'k2', clip: 0.9, clipHigh: 1.5 },
        // Where advantages differ within a sequence, its slopes are by definition not those of the loss.
        sequences: policyBatch.sequences.map((sequence, index) => ({
          ...sequence,
          advantages: sequence.tokens.map(() => 1 - 2 * index),
        })),
      },
    ],
  ])('has the slopes of the loss’s finite differences: %s', async (_, changes) => {
    const weights = makeWeights();
    const batch = { ...policyBatch, ...changes };
    const { gradients, update } = await policyGradients(config, weights, batch);
    expect(update).toMatchObject({ tokens: 7, kl: expect.any(Number) as number });
    expect(update.clipFraction).toBeGreaterThan(0);
    expect(update.clipFraction).toBeLessThan(1);
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

  it('tells the entropy of what written tokens are drawn from, and its bonus is that times the weight', async () => {
    const weights = makeWeights();
    const temperature = 0.7;
    const sequences = policyBatch.sequences.map(({ referenceLogProbabilities: _, ...sequence }) => sequence);
    const entropies = sequences.flatMap(({ tokens, oldLogProbabilities }) =>
      referenceLogProbabilities(config, weights, tokens).flatMap((row, place) => {
        const next = oldLogProbabilities[place + 1];
        if (next === undefined || next === null) return [];
        const powers = row.map((logProbability) => Math.exp(logProbability / temperature));
        const total = powers.reduce((sum, power) => sum + power, 0);
        return [-powers.reduce((sum, power) => sum + (power / total) * Math.log(power / total), 0)];
      }),
    );
    const batch = { ...policyBatch, sequences, temperature, klWeight: 0 };
    const expected = entropies.reduce((sum, entropy) => sum + entropy, 0) / entropies.length;
    const plain = (await policyGradients(config, weights, batch)).update;
    expect(entropies).toHaveLength(7);
    expect(plain.entropy).toBeCloseTo(expected, 4);
    const rewarded = (await policyGradients(config, weights, { ...batch, entropy: 0.5 })).update;
    expect(rewarded.entropy).toBe(plain.entropy);
    expect(rewarded.loss).toBeCloseTo(plain.loss - 0.5 * expected, 4);
  });

  // Printed by `python3 tools/reference-values/losses.py`. The losses know no more of the probabilities than their ratios.
  const kl = (klEstimator: FollowerBatch['klEstimator']) => ({ klWeight: 0.1, klEstimator });
  it.each<[string, Partial<FollowerBatch>, number]>([
    ['PPO', {}, -0.654091],
    ['PPO, the range wider above (DAPO)', { clipHigh: 0.28 }, -0.693091],
    ['PPO, mean by episode', { aggregation: 'episode' }, -0.423864],
    ['PPO, sum by episode', { aggregation: 'sum' }, -1.635227],
    ['GSPO', { loss: 'gspo', aggregation: 'episode' }, -0.555813],
    ['GSPO, held by the range', { loss: 'gspo', aggregation: 'episode', clip: 0.1 }, -0.4879],
    ['PPO and k1', kl('k1'), -0.651735],
    ['PPO and k2', kl('k2'), -0.646206],
    ['PPO and k3', kl('k3'), -0.645291],
    ['GSPO, mean over tokens, and k3', { loss: 'gspo', clip: 0.1, clipHigh: 0.28, ...kl('k3') }, -0.793016],
  ])('has the loss of the reference values: %s', async (_, changes, loss) => {
    const weights = makeWeights();
    const documents = [
      { tokens: [1, 5, 7, 3, 9, 2], written: [2, 3, 5], advantage: 1.5 },
      { tokens: [1, 4, 4, 2], written: [1, 3], advantage: -0.5 },
    ];
    const ratios = {
      old: [
        [0.5 / 0.4, 0.3 / 0.4, 0.9 / 0.5],
        [0.2 / 0.22, 0.6 / 0.3],
      ],
      reference: [
        [0.5 / 0.3, 1, 0.9 / 0.8],
        [0.2 / 0.4, 0.6 / 0.5],
      ],
    };
    const current = await sequenceLogProbabilities(
      config,
      weights,
      documents.map(({ tokens }) => tokens),
    );
    const sequences = documents.map(({ tokens, written, advantage }, index) => {
      const away = (ratio: readonly number[]) =>
        tokens.map((_, place) => {
          const at = written.indexOf(place);
          return at < 0 ? null : (current[index]?.[place] as number) - Math.log(ratio[at] as number);
        });
      return {
        tokens,
        advantages: tokens.map((_, place) => (written.includes(place) ? advantage : 0)),
        oldLogProbabilities: away(ratios.old[index] ?? []),
        referenceLogProbabilities: away(ratios.reference[index] ?? []),
      };
    });
    const batch = { ...{ sequences, learningRate: 0.01, clip: 0.2, klWeight: 0 }, ...changes };
    expect((await policyGradients(config, weights, batch)).update.loss).toBeCloseTo(loss, 5);
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
