import { copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Random } from '@rsim/core';
import {
  type DecoderConfig,
  type ExportFormat,
  exportModel,
  initializeDecoderWeights,
  MODEL_FILES,
  toLlamaConfig,
  writeModelManifest,
  writeSafetensors,
} from '@rsim/lm';

/** Shapes of Llama; what a follower costs does not depend on what its weights say. */
export const shapes = {
  '1m': { hiddenSize: 128, intermediateSize: 344, layers: 5, heads: 4 },
  '10m': { hiddenSize: 512, intermediateSize: 1408, layers: 3, heads: 8 },
  /** SmolLM2-135M without its vocabulary: three heads of queries share one of keys and values. */
  '106m': { hiddenSize: 576, intermediateSize: 1536, layers: 30, heads: 9, keyValueHeads: 3 },
} as const;

/** Writes a model of random weights with the tokenizer of the shipped ones, room for 1024 tokens, and what `format` makes of it. */
export async function writeRandomModel(shape: keyof typeof shapes, format: ExportFormat): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rsim-benchmark-'));
  const [source, output] = [join(folder, 'source'), join(folder, `llama-${shape}`)];
  await mkdir(source);
  const config: DecoderConfig = {
    ...shapes[shape],
    ...{ vocabularySize: 288, maxPositions: 1024, rmsNormEpsilon: 1e-5, ropeTheta: 10_000 },
  };
  const shipped = createRequire(import.meta.url).resolve('@rsim/follower-adapters/package.json');
  for (const file of [MODEL_FILES.tokenizer, MODEL_FILES.generation]) {
    await copyFile(join(dirname(shipped), 'models/small', file), join(source, file));
  }
  const llama = { ...toLlamaConfig(config), num_key_value_heads: config.keyValueHeads ?? config.heads };
  await writeFile(join(source, MODEL_FILES.config), JSON.stringify(llama));
  const weights = initializeDecoderWeights(config, Random.of(1, 'weights'));
  await writeFile(join(source, MODEL_FILES.weights), writeSafetensors(weights, 'F32'));
  // Heads that share keys and values are what published models have and embedded ones do not.
  if (config.keyValueHeads) await writeFile(join(source, 'tokenizer_config.json'), '{}');
  else await writeModelManifest(source, `llama-${shape}`);
  await exportModel(source, format, output);
  if (format === 'onnx')
    for (const file of [MODEL_FILES.config, MODEL_FILES.generation, 'tokenizer_config.json'])
      await neverEnd(join(output, file));
  return output;
}

/** Without an end mark, what is written is as long as it is asked to be. */
async function neverEnd(file: string): Promise<void> {
  const { eos_token, eos_token_id, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify(rest));
}
