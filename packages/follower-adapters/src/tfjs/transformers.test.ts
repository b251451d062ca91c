import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { replayTransformers } from '../testing/transformers-greedy.js';

it.each(['qwen2', 'llama'])('writes with a checkpoint of %s what transformers writes, guided and not', async (name) => {
  const folder = fileURLToPath(new URL(`../../fixtures/checkpoints/${name}`, import.meta.url));
  const { written, expected, distances } = await replayTransformers(folder);
  expect(written).toEqual(expected);
  expect(Math.max(...distances)).toBeLessThan(1e-4);
});
