import { Random } from '@rsim/core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import { type DecoderWeights, initializeDecoderWeights } from '../decoder-weights.js';
import { referenceLogProbabilities } from '../reference-decoder.js';
import { smallDecoder as config } from '../testing/small-decoder.js';
import { lossAndGradients } from './document-loss.js';
import type { TrainingDocument } from './packed-documents.js';

const documents: TrainingDocument[] = [
  { tokens: [1, 5, 7, 3, 9, 2], weights: [0, 1, 0.5, 1, 0, 1] },
  { tokens: [1, 4, 4, 2], weights: [0, 0.25, 1, 1] },
];

/** Weights large enough for every part to matter. */
const weights: DecoderWeights = new Map(
  [...initializeDecoderWeights(config, Random.of(4))].map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map((value, index) => (name.includes('norm') ? 1 + (index % 3) / 10 : value * 20)) },
  ]),
);

/** The loss in 64-bit arithmetic. */
function referenceLoss(): number {
  let sum = 0;
  let total = 0;
  for (const document of documents) {
    const rows = referenceLogProbabilities(config, weights, document.tokens);
    document.tokens.slice(1).forEach((token, index) => {
      const weight = document.weights[index + 1] as number;
      sum -= weight * (rows[index]?.[token] as number);
      total += weight;
    });
  }
  return sum / total;
}

describe.each(['cpu', 'wasm'])('lossAndGradients on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it('has the loss of the plain reference and the slopes of its finite differences', async () => {
    const { loss, gradients } = await lossAndGradients(config, weights, documents);
    expect(loss).toBeCloseTo(referenceLoss(), 4);
    const random = Random.of(9);
    for (const [name, { data }] of weights) {
      const scale = Math.max(...(gradients.get(name) as Float32Array).map(Math.abs), 1e-3);
      for (let trial = 0; trial < 4; trial += 1) {
        const index = random.integer(0, data.length - 1);
        const original = data[index] as number;
        data[index] = original + 2 ** -10;
        const [above, high] = [referenceLoss(), data[index] as number];
        data[index] = original - 2 ** -10;
        const [below, low] = [referenceLoss(), data[index] as number];
        data[index] = original;
        const slope = (above - below) / (high - low);
        expect(Math.abs((gradients.get(name)?.[index] as number) - slope) / scale, `${name} ${index}`).toBeLessThan(
          2e-3,
        );
      }
    }
  });

  it('leaves nothing on the backend', async () => {
    const before = tf.memory().numTensors;
    await lossAndGradients(config, weights, documents);
    expect(tf.memory().numTensors).toBe(before);
  });
});
