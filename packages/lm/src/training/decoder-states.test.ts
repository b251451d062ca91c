import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import { EMBEDDING_WEIGHT, type WeightTensor } from '../decoder-weights.js';
import { readPublishedModel } from '../published-model.js';
import { DecoderParameters } from './decoder-parameters.js';
import { differentiateStates, evaluateStates } from './decoder-states.js';

const fixture = fileURLToPath(new URL('../../fixtures/qwen2', import.meta.url));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('states of a decoder', () => {
  it('are what the head makes the logits of that transformers computes', async () => {
    const { config, weights } = await readPublishedModel(fixture);
    const [expected] = JSON.parse(readFileSync(`${fixture}/expected.json`, 'utf8')) as [
      { tokens: number[]; logits: number[][] },
    ];
    const { tokens, logits } = expected;
    using parameters = new DecoderParameters(weights);
    const places = [0, tokens.length - 1];
    const states = await evaluateStates(config, parameters, [
      { tokens: tokens.slice(0, 2), places: [] },
      { tokens, places },
    ]);
    const { data } = weights.get(EMBEDDING_WEIGHT) as WeightTensor;
    for (const [index, place] of places.entries()) {
      const state = states.subarray(index * config.hiddenSize, (index + 1) * config.hiddenSize);
      for (const [token, logit] of (logits[place] ?? []).entries()) {
        const row = data.subarray(token * config.hiddenSize, (token + 1) * config.hiddenSize);
        expect(state.reduce((sum, value, unit) => sum + value * (row[unit] ?? 0), 0)).toBeCloseTo(logit, 4);
      }
    }
  });

  it('have one gradient, whether activations were kept or are computed again, and leave nothing behind', async () => {
    const { config, weights } = await readPublishedModel(fixture);
    const long = Array.from({ length: 24 }, (_, place) => (7 * place) % config.vocabularySize);
    // More than one pass.
    const documents = Array.from({ length: 12 }, (_, index) => ({ tokens: long, places: [index, 23] }));
    const gradients = async (mostKeptRows: number) =>
      differentiateStates({ config, weights, adapter: null, documents, mostKeptRows }, (states) =>
        states.map(Math.cos),
      );
    const before = tf.memory().numTensors;
    const kept = await gradients(10_000);
    expect(await gradients(0)).toEqual(kept);
    expect(tf.memory().numTensors).toBe(before);
    for (const [name, values] of kept)
      expect(
        values.some((value) => value !== 0),
        name,
      ).toBe(true);
  });
});
