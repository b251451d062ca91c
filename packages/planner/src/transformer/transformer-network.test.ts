import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '@rsim/lm/backends';
import { stateOf } from '../learner-state.js';
import { NetworkLearner } from '../network-learner.js';
import { parameterCount } from '../parameters.js';
import { writeTinyDecoder } from '../testing/tiny-decoder.js';
import { toyStrategies } from '../testing/toy-training.js';
import type { Trajectory } from '../trajectory.js';
import { openTransformer } from './open-transformer.js';
import type { TransformerNetwork } from './transformer-network.js';
import type { TransformerOrigin } from './transformer-origin.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-decoder-'));
  await writeTinyDecoder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const lora = { rank: 2, alpha: 4, targets: ['v_proj', 'up_proj'] };

/** Three scores and a value estimate, of a head that is not 0. */
async function open(changed: Partial<TransformerOrigin> = {}): Promise<TransformerNetwork> {
  const network = await openTransformer({
    ...{ kind: 'transformer', folder, weights: 'checkpoint', lora: null, contextLength: null, actions: 3, value: true },
    ...{ learningRateScale: 1, backend: 'wasm', seed: 1, ...changed },
  });
  network.parameters['output.weight']!.values.forEach((_, index, values) => (values[index] = Math.sin(index + 1)));
  for (const [name, { values }] of Object.entries(network.parameters)) {
    // Adapters begin with nothing, where no gradient reaches what lies below.
    if (name.includes('lora_B')) values.forEach((_, index) => (values[index] = 0.3 * Math.cos(index)));
  }
  return network;
}

const trajectories: Trajectory[] = [
  {
    question: 'Work out part 12. Work out part 7.',
    steps: [
      { strategy: 'continuation', text: 'it is about 19' },
      { strategy: 'other', text: 'checked' },
    ],
    choices: [1, null, 0],
  },
  { question: 'Work out part 12. Work out part 7.', steps: [], choices: [0] },
  { question: 'Work out part 3.', steps: [{ strategy: 'validation', text: 'known so far' }], choices: [2, 1] },
];

const statesOf = ({ question, steps, choices }: Trajectory) =>
  choices.map((_, time) => ({ question, steps: steps.slice(0, time) }));

/** A smooth loss that weighs every output differently: Σ w · sin(output). */
const weightAt = (index: number): number => Math.cos(7 * index);
async function lossOf(network: TransformerNetwork): Promise<number> {
  let loss = 0;
  network.forget();
  for (const [column, trajectory] of trajectories.entries()) {
    for (const [time, outputs] of (await network.outputs(statesOf(trajectory))).entries()) {
      const row = time * trajectories.length + column;
      outputs.forEach((output, place) => (loss += weightAt(row * 4 + place) * Math.sin(output)));
    }
  }
  return loss;
}

async function batchOutputs(network: TransformerNetwork): Promise<Float32Array> {
  let found = new Float32Array();
  await useBackend('wasm');
  await network.gradient(network.layOut(trajectories), (outputs) => {
    found = outputs.slice();
    return new Float32Array(outputs.length);
  });
  return found;
}

describe('TransformerNetwork', () => {
  it.each([
    ['the whole text', {}],
    ['adapters', { lora }],
    ['a text that is too long', { contextLength: 24 }],
  ])('decides on a beginning what one pass over the episode says there: %s', async (_, changed) => {
    const network = await open(changed);
    const packed = await batchOutputs(network);
    for (const [column, trajectory] of trajectories.entries()) {
      for (const [time, outputs] of (await network.outputs(statesOf(trajectory))).entries()) {
        const row = time * trajectories.length + column;
        outputs.forEach((output, place) => expect(packed[row * 4 + place]).toBeCloseTo(output, 5));
      }
    }
  });

  it('decides alike whatever else is decided beside', async () => {
    const network = await open();
    const states = trajectories.flatMap(statesOf);
    const together = await network.outputs(states);
    for (const [index, state] of states.entries()) {
      expect(await network.outputs([state])).toEqual([together[index]]);
    }
  });

  it.each([
    ['whole', {}],
    ['adapters', { lora }],
    ['too long a text', { contextLength: 24 }],
  ])('has the gradient that finite differences give: %s', async (_, changed) => {
    const network = await open(changed);
    const before = tf.memory().numTensors;
    const gradient = await network.gradient(network.layOut(trajectories), (outputs) =>
      outputs.map((output, index) => {
        const row = Math.floor(index / 4);
        const isUsed = Math.floor(row / 3) < trajectories[row % 3]!.choices.length;
        return isUsed ? weightAt(index) * Math.cos(output) : 0;
      }),
    );
    expect(tf.memory().numTensors).toBe(before);
    const names = Object.keys(network.parameters);
    expect(names.some((name) => name.includes('lora'))).toBe('lora' in changed);
    for (const [place, name] of names.entries()) {
      const { values } = network.parameters[name]!;
      const slopes = gradient[name]!.values;
      expect(slopes).toHaveLength(values.length);
      const scale = Math.max(...slopes.map(Math.abs), 1e-2);
      // Of the embedding, one that was read.
      const index = name.includes('embed') ? slopes.findIndex((slope) => slope === scale) : (7 * place) % values.length;
      const original = values[index]!;
      values[index] = original + 2 ** -7;
      const above = await lossOf(network);
      values[index] = original - 2 ** -7;
      const slope = (above - (await lossOf(network))) / 2 ** -6;
      values[index] = original;
      expect(Math.abs(slopes[index]! - slope) / scale, `${name}[${index}]`).toBeLessThan(2e-2);
    }
  });

  it('gives the thread of the learner what is learned, and nothing of a decoder that stays as it is', async () => {
    const network = await open({ lora });
    const { parameters, means, squares } = stateOf(new NetworkLearner(network, toyStrategies, [], 'wasm'));
    for (const arrays of [parameters, means, squares]) {
      expect(
        Object.keys(arrays)
          .filter((name) => !name.includes('lora_'))
          .sort(),
      ).toEqual(['output.bias', 'output.weight']);
      // An array that is a part of a larger one would take all of that along.
      const bytes = new Set(Object.values(arrays).map(({ values }) => values.buffer));
      const sent = [...bytes].reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(sent).toBe(4 * parameterCount(network.parameters));
    }
  });

  it('gives back what it had on the backend when its weights change, and no sooner', async () => {
    const network = await open();
    const before = tf.memory().numTensors;
    const deciding = network.outputs(trajectories.flatMap(statesOf));
    network.forget();
    const again = network.outputs(trajectories.flatMap(statesOf));
    expect(await deciding).toEqual(await again);
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    network.forget();
    expect(tf.memory().numTensors).toBe(before);
  });
});
