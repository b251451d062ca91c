import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Random } from '@rsim/core';
import { decoderWeightShapes, type DecoderWeights, parseDecoderConfig, writeSafetensors } from '@rsim/lm';

import { fixture } from '../onnx/fixtures.js';

/** A random checkpoint of Qwen2's kind, with grouped heads, biases, a head of its own, a real tokenizer and a chat template. */
export async function writeRandomCheckpoint(target: string): Promise<void> {
  for (const file of await readdir(fixture('qwen2'))) {
    if (/\.(json|jinja)$/.test(file) && !file.startsWith('reference')) {
      await copyFile(join(fixture('qwen2'), file), join(target, file));
    }
  }
  const published = JSON.parse(await readFile(join(target, 'config.json'), 'utf8')) as object;
  const longer = { ...published, max_position_embeddings: 1024 };
  await writeFile(join(target, 'config.json'), JSON.stringify(longer));
  const config = parseDecoderConfig(longer);
  const random = Random.of(8);
  const weights: DecoderWeights = new Map(
    [...decoderWeightShapes(config)].map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((left, right) => left * right, 1));
      const isNorm = name.includes('norm');
      data.forEach((_, index) => (data[index] = (isNorm ? 1 : 0) + (isNorm ? 0.2 : 1) * (random.next() - 0.5)));
      return [name, { shape, data }];
    }),
  );
  await writeFile(join(target, 'model.safetensors'), writeSafetensors(weights, 'F32'));
}
