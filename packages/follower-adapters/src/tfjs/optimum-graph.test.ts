import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { buildOptimumGraph, parseDecoderConfig, readPublishedModel } from '@rsim/lm';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';

const fixture = (name: string): string => fileURLToPath(new URL(`../../../lm/fixtures/${name}`, import.meta.url));

it.each(['qwen2', 'llama', 'llama-linear', 'llama-llama3'])(
  'computes with onnxruntime the logits that transformers computes: %s',
  async (name) => {
    const [checkpoint = '', scaling] = name.split('-');
    const { weights } = await readPublishedModel(fixture(checkpoint));
    const read = (file: string): object => JSON.parse(readFileSync(fixture(file), 'utf8')) as object;
    const scaled = scaling ? { rope_scaling: read(`${name}/scaling.json`) } : {};
    const config = parseDecoderConfig({ ...read(`${checkpoint}/config.json`), ...scaled });
    const [expected] = JSON.parse(readFileSync(`${fixture(name)}/expected.json`, 'utf8')) as [
      { tokens: number[]; logits: number[][] },
    ];
    const session = await InferenceSession.create(buildOptimumGraph(config, weights), { intraOpNumThreads: 1 });
    const { keyValueHeads = config.heads, headSize = config.hiddenSize / config.heads } = config;
    let past: Record<string, Tensor> = {};
    for (let layer = 0; layer < config.layers; layer += 1) {
      for (const part of ['key', 'value']) {
        past[`past_key_values.${layer}.${part}`] = new Tensor('float32', [], [1, keyValueHeads, 0, headSize]);
      }
    }
    const integers = (values: readonly number[]): Tensor =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    // Four tokens at once, then one by one on what they left behind.
    const parts = [[0, 4], ...expected.tokens.slice(4).map((_, index) => [4 + index, 5 + index])] as [number, number][];
    for (const [start, end] of parts) {
      const positions = Array.from({ length: end }, (_, position) => position);
      const outputs = await session.run({
        input_ids: integers(expected.tokens.slice(start, end)),
        attention_mask: integers(positions.map(() => 1)),
        position_ids: integers(positions.slice(start)),
        ...past,
      });
      past = Object.fromEntries(
        Object.entries(outputs).flatMap(([output, tensor]) =>
          output === 'logits' ? [] : [[output.replace('present', 'past_key_values'), tensor]],
        ),
      );
      const wanted = expected.logits.slice(start, end).flat();
      (outputs['logits']?.data as Float32Array).forEach((value, index) => {
        expect(Math.abs(value - (wanted[index] as number))).toBeLessThan(1e-4);
      });
    }
    await session.release();
  },
);
