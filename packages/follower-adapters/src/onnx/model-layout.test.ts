import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { graphNode, OnnxGraph } from '@rsim/lm/onnx-graph';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { splitAttention } from './cache-graph.js';
import { fixture, openFixture, referenceOf } from './fixtures.js';
import type { ModelSignature } from './model-signature.js';

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rsim-onnx-')), 'model');
  await cp(fixture('qwen2'), folder, { recursive: true });
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

async function changeGraph(change: (graph: OnnxGraph) => void): Promise<void> {
  const file = join(folder, 'onnx/model.onnx');
  const graph = new OnnxGraph(await readFile(file));
  change(graph);
  await writeFile(file, graph.toBytes());
}

/** Layout, and whether the model writes what transformers writes with it unchanged. */
async function tryOut(): Promise<{ layout: string; isSame: boolean }> {
  await using follower = await openFixture({ model: folder, stop: [] });
  await using session = await follower.open('Tom has 60 apples.');
  const { tokens } = await session.step(null, { maxTokens: 32, temperature: 0, seed: 1 });
  return { layout: follower.facts.layout, isSame: tokens.join() === referenceOf('qwen2').greedy.join() };
}

it('leaves past keys and values where they are in what Optimum exports', async () => {
  expect(await tryOut()).toEqual({ layout: 'in-place', isSame: true });
  const graph = new OnnxGraph(await readFile(join(folder, 'onnx/model.onnx')));
  const cache = [0, 1].flatMap((layer) =>
    ['key', 'value'].map((part) => ({
      ...{ input: `past_key_values.${layer}.${part}`, output: `present.${layer}.${part}` },
      ...{ heads: 2, headSize: 4 },
    })),
  );
  expect(splitAttention(graph, { cache } as unknown as ModelSignature)).toBe(true);
  const takers = cache.flatMap(({ input }) => graph.consumersOf(input).map(({ opType }) => opType));
  expect(takers.every((operator) => ['Shape', 'Transpose', 'MatMul'].includes(operator))).toBe(true);
});

it('runs a graph whose attention it does not know as it is', async () => {
  await changeGraph((graph) => {
    const node = graph.producerOf('present.0.key');
    if (!node) throw new RangeError('The fixture puts out no keys.');
    const joined = graphNode('Concat', node.input, ['joined'], { axis: 2 });
    graph.replace(node, [joined, graphNode('Identity', ['joined'], node.output)]);
  });
  expect(await tryOut()).toEqual({ layout: 'padded', isSame: true });
});

it('does not use attention that turns out to compute something else', async () => {
  await changeGraph((graph) => {
    const scores = graph.nodes.find(
      ({ opType, output }) => opType === 'MatMul' && /self_attn\/MatMul/u.test(output[0] ?? ''),
    );
    if (!scores) throw new RangeError('The fixture has no attention.');
    const [query, keys] = scores.input as [string, string];
    // A factor of its own for each key, where only ones for all keys are known.
    const squared = [
      graphNode('Mul', [keys, keys], ['squared']),
      graphNode('MatMul', [query, 'squared'], scores.output),
    ];
    graph.replace(scores, squared);
  });
  expect((await tryOut()).layout).toBe('padded');
});

it('keeps the distances of tokens where a window goes by them', async () => {
  const path = join(folder, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...config, use_sliding_window: true, sliding_window: 4096 }));
  expect(await tryOut()).toEqual({ layout: 'padded', isSame: true });
});
