import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type FollowerBatch, Random } from '@rsim/core';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { initializeDecoderWeights } from '../decoder-weights.js';
import { readSafetensors, writeSafetensors } from '../safetensors.js';
import { smallDecoder } from '../testing/small-decoder.js';
import { DecoderPolicy } from '../training/decoder-policy.js';
import { policyGradients, sequenceLogProbabilities } from '../training/policy-gradient.js';
import { type LoraAdapter, loraTargets, mergeLora, startLora } from './lora-adapter.js';
import { readPeftFolder, writePeftFolder } from './peft-folder.js';

const config = { ...smallDecoder, keyValueHeads: 1, attentionBiases: 'qkv', hasOwnHead: true } as const;
const random = Random.of(5);
const scaled = (factor: number) => (value: number) => value * factor;
const weights = new Map(
  [...initializeDecoderWeights(config, random)].map(([name, { shape, data }]) => [
    name,
    { shape, data: data.map(scaled(name.includes('norm') ? 1 : 15)) },
  ]),
);
const options = { rank: 2, alpha: 3, targets: loraTargets };

/** One whose B is not zero, so that everything has a gradient. */
function adapterOf(targets: readonly string[] = loraTargets): LoraAdapter {
  const adapter = startLora(config, { ...options, targets }, random);
  for (const { data } of adapter.weights.values())
    data.forEach((value, index) => (data[index] = value + random.next() - 0.5));
  return adapter;
}

const tokens = [1, 5, 7, 3, 9, 2];
const batch: FollowerBatch = {
  sequences: [{ tokens, advantages: [0, 0, 1, -0.5, 2, 1], oldLogProbabilities: [null, null, -2, -3, -0.1, -9] }],
  learningRate: 0.01,
  clip: 0.2,
  klWeight: 0,
};
let folder = '';

beforeAll(async () => {
  await tf.setBackend('wasm');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-lora-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a LoRA adapter', () => {
  it('adds nothing when it is new, and else what its merged weights have', async () => {
    const [plain = []] = await sequenceLogProbabilities(config, weights, [tokens]);
    const fresh = startLora(config, options, random);
    const [same = []] = await sequenceLogProbabilities(config, weights, [tokens], 1, fresh);
    const adapter = adapterOf();
    const [beside = []] = await sequenceLogProbabilities(config, weights, [tokens], 1, adapter);
    const [merged = []] = await sequenceLogProbabilities(config, mergeLora(weights, adapter), [tokens]);
    plain.forEach((value, index) => {
      expect(same[index]).toBeCloseTo(value, 6);
      expect(beside[index]).toBeCloseTo(merged[index] as number, 4);
    });
    expect(beside).not.toEqual(plain);
  });

  it.each([[loraTargets], [['v_proj']], [['gate_proj', 'o_proj']]])(
    'on %s has the slopes of the loss’s finite differences, and nothing else has any',
    async (targets) => {
      const adapter = adapterOf(targets);
      const before = tf.memory().numTensors;
      const { gradients } = await policyGradients(config, weights, batch, adapter);
      expect(tf.memory().numTensors).toBe(before);
      expect([...gradients.keys()]).toEqual([...adapter.weights.keys()]);
      for (const [name, { data }] of adapter.weights) {
        const gradient = gradients.get(name) as Float32Array;
        const index = random.integer(0, data.length - 1);
        const original = data[index] as number;
        const lossAt = async (value: number): Promise<number> => {
          data[index] = value;
          return (await policyGradients(config, weights, batch, adapter)).update.loss;
        };
        const slope = ((await lossAt(original + 2 ** -8)) - (await lossAt(original - 2 ** -8))) / 2 ** -7;
        data[index] = original;
        const scale = Math.max(...gradient.map(Math.abs), 1e-2);
        expect(Math.abs((gradient[index] as number) - slope) / scale, `${name} ${index}`).toBeLessThan(2e-2);
      }
    },
  );

  it('is all that a policy with one changes, and goes on from what was saved', async () => {
    const adapter = startLora(config, options, random);
    const before = new Map([...weights].map(([name, { data }]) => [name, data.slice()]));
    const [one, other] = [
      new DecoderPolicy(config, weights, { adapter }),
      new DecoderPolicy(config, weights, { adapter }),
    ];
    await one.update(batch);
    for (const [name, { data }] of weights) expect(data).toEqual(before.get(name));
    expect(one.weights.get('model.layers.0.mlp.up_proj.weight')).not.toEqual(
      weights.get('model.layers.0.mlp.up_proj.weight'),
    );
    await one.save(folder);
    await other.load(folder);
    expect(await other.update(batch)).toEqual(await one.update(batch));
    expect(other.fingerprint).toBe(one.fingerprint);
    const whole = new DecoderPolicy(config, weights);
    await expect(whole.load(folder)).rejects.toThrow(/other settings/);
  });

  it('is written and read with PEFT’s names', async () => {
    const adapter = adapterOf(['q_proj', 'down_proj']);
    await writePeftFolder(folder, adapter);
    const file = await readFile(join(folder, 'adapter_model.safetensors'));
    expect([...readSafetensors(file, 'adapter').tensors.keys()][0]).toBe(
      'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight',
    );
    expect(await readPeftFolder(folder, config)).toEqual(adapter);
  });
});

describe('bad input', () => {
  it('of options is named', () => {
    expect(() => startLora(config, { ...options, targets: ['c_attn'] }, random)).toThrow(/cannot adapt "c_attn"/);
    expect(() => startLora(config, { ...options, targets: [] }, random)).toThrow(/on 0 projections/);
    expect(() => startLora(config, { ...options, rank: 0 }, random)).toThrow(/rank 0/);
  });

  it('of files is named', async () => {
    await expect(readPeftFolder(folder, config)).rejects.toThrow(/adapter_config.json is not usable/);
    const adapter = adapterOf(['q_proj']);
    await writePeftFolder(folder, adapter);
    await expect(readPeftFolder(folder, { ...config, layers: 3 })).rejects.toThrow(/no tensor .*layers.2.*lora_A/);
    await expect(readPeftFolder(folder, { ...config, layers: 1 })).rejects.toThrow(/adapts nothing of the decoder/);
    await truncate(join(folder, 'adapter_model.safetensors'), 100);
    await expect(readPeftFolder(folder, config)).rejects.toThrow(/adapter_model.safetensors/);
    await writeFile(join(folder, 'adapter_model.safetensors'), writeSafetensors(new Map(), 'F32'));
    await expect(readPeftFolder(folder, config)).rejects.toThrow(/no tensor/);
    for (const change of [{ peft_type: 'IA3' }, { use_dora: true }, { target_modules: ['lm_head'] }]) {
      const saved = { peft_type: 'LORA', r: 2, lora_alpha: 3, target_modules: ['q_proj'], ...change };
      await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(saved));
      await expect(readPeftFolder(folder, config)).rejects.toMatchObject({ exitCode: 2 });
    }
  });
});
