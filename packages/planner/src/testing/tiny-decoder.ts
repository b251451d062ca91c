import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@rsim/core';
import { buildTokenizerJson, initializeDecoderWeights, toLlamaConfig, writeSafetensors } from '@rsim/lm';
import type { DecoderConfig } from '@rsim/lm';

/** Sizes but for the vocabulary, which is that of the tokenizer. */
const sizes = { hiddenSize: 16, intermediateSize: 32, layers: 1, heads: 2, rmsNormEpsilon: 1e-5, ropeTheta: 100 };

/** Words of the toy world. */
const words = ['Work', ' out', ' part', ' it', ' is', ' about', 'it', 'checked', 'known', ' so', ' far', 'answer'];

/** Writes a decoder of random weights that reads the toy world, as a checkpoint of the hub. Returns its config. */
export async function writeTinyDecoder(folder: string, changed: Partial<DecoderConfig> = {}): Promise<DecoderConfig> {
  const tokenizer = buildTokenizerJson(words);
  const { vocab } = tokenizer.model;
  const config = { ...sizes, maxPositions: 64, vocabularySize: Object.keys(vocab).length, ...changed };
  // Large enough for every part to matter.
  const weights = new Map(
    [...initializeDecoderWeights(config, Random.of(3))].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value * (name.includes('norm') ? 1 : 10)) },
    ]),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(toLlamaConfig(config)));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(weights, 'F32'));
  return config;
}
