import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { type DecoderConfig, parseDecoderConfig } from './decoder-config.js';
import { checkDecoderWeights, countParameters, type DecoderWeights } from './decoder-weights.js';
import { MODEL_FILES, unreadable } from './model-folder.js';
import { readSafetensorsFolder } from './safetensors-folder.js';

/** A Llama or Qwen2 checkpoint as the hub has them, without its tokenizer. */
export interface PublishedModel {
  /** Its folder's name. */
  readonly name: string;
  readonly parameters: number;
  readonly config: DecoderConfig;
  /** As 32-bit floats, whatever they are stored as. */
  readonly weights: DecoderWeights;
  /** SHA-256 of the weights' files, hexadecimal. */
  readonly fingerprint: string;
}

/**
 * Reads `config.json` and the safetensors of a folder in the hub's layout.
 * @throws WeightsError naming the file or tensor that is missing, not whole, or not of an architecture that is computed here
 */
export async function readPublishedModel(folder: string): Promise<PublishedModel> {
  const config = await readDecoderConfig(folder);
  const { tensors, files } = await readSafetensorsFolder(folder);
  const hash = createHash('sha256');
  for (const file of files) hash.update(file);
  return {
    name: basename(resolve(folder)),
    parameters: countParameters(config),
    config,
    weights: checkDecoderWeights(config, tensors),
    fingerprint: hash.digest('hex'),
  };
}

/**
 * Reads `config.json` of a model's folder alone.
 * @throws WeightsError when there is none, or it is not of an architecture that is computed here
 */
export async function readDecoderConfig(folder: string): Promise<DecoderConfig> {
  return parseDecoderConfig(await readJson(join(folder, MODEL_FILES.config)));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, cause, "Name a model's folder with its config.json.");
  }
}
