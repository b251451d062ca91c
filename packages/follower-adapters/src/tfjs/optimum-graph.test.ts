import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  buildOptimumGraph,
  type DecoderConfig,
  type DecoderWeights,
  ExternalWeights,
  parseDecoderConfig,
  readPublishedModel,
} from '@rsim/lm';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';

const fixture = (name: string): string => fileURLToPath(new URL(`../../../lm/fixtures/${name}`, import.meta.url));

/** A checkpoint, or one with its positions scaled. */
async function modelOf(name: string): Promise<{ config: DecoderConfig; weights: DecoderWeights }> {
  const [checkpoint = '', scaling] = name.split('-');
  const { weights } = await readPublishedModel(fixture(checkpoint));
  const read = (file: string): object => JSON.parse(readFileSync(fixture(file), 'utf8')) as object;
  const scaled = scaling ? { rope_scaling: read(`${name}/scaling.json`) } : {};
  return { config: parseDecoderConfig({ ...read(`${checkpoint}/config.json`), ...scaled }), weights };
}

const names = ['qwen2', 'llama', 'llama-linear', 'llama-llama3'];

describe.each(names)('with onnxruntime the logits that transformers computes: %s', (name) => {
  it('come of a graph that holds its weights', async () => {
    const { config, weights } = await modelOf(name);
    const session = await InferenceSession.create(buildOptimumGraph(config, weights), { intraOpNumThreads: 1 });
    await expectLogits(name, config, session);
  });

  it('come of one whose weights lie beside it, but for those that change', async () => {
    const { config, weights } = await modelOf(name);
    const folder = await mkdtemp(join(tmpdir(), 'rsim-external-'));
    try {
      const changing = new Set([...weights.keys()].filter((each) => each.includes('v_proj')));
      const external = new ExternalWeights('model.onnx_data', changing);
      const graph = buildOptimumGraph(config, weights, external);
      await writeFile(join(folder, external.file), external.take());
      const changed = new Map([...weights].filter(([each]) => changing.has(each) || each.endsWith('.bias')));
      // What was written once is not asked for again.
      expect(buildOptimumGraph(config, changed, external)).toEqual(graph);
      expect(external.take()).toEqual([]);
      const session = await InferenceSession.create(graph, {
        intraOpNumThreads: 1,
        extra: { session: { model_external_initializers_file_folder_path: folder } },
      });
      await expectLogits(name, config, session);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function expectLogits(name: string, config: DecoderConfig, session: InferenceSession): Promise<void> {
  const [expected] = JSON.parse(readFileSync(`${fixture(name)}/expected.json`, 'utf8')) as [
    { tokens: number[]; logits: number[][] },
  ];
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
}
