import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';

import { type DecoderConfig, toLlamaConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import { MODEL_FILES, type ModelManifest, writeModelManifest } from '../model-folder.js';
import { writeSafetensors } from '../safetensors.js';
import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS } from '../special-tokens.js';
import type { TokenizerJson } from '../tokenizer-json.js';

/** Everything a model's folder is made of. */
export interface ModelFiles {
  readonly name: string;
  readonly config: DecoderConfig;
  readonly weights: DecoderWeights;
  readonly tokenizer: TokenizerJson;
  /** The model card, Markdown. */
  readonly card: string;
}

/**
 * Writes a model in half precision with Hugging Face's file names, so that transformers reads it too; its manifest comes
 * last, so that a folder that was not finished is no model.
 * @throws WeightsError when the folder cannot be written
 */
export async function writeModelFolder(folder: string, model: ModelFiles): Promise<ModelManifest> {
  const generation = {
    pad_token_id: SPECIAL_TOKENS.indexOf(PAD_TOKEN),
    bos_token_id: SPECIAL_TOKENS.indexOf(BOS_TOKEN),
    eos_token_id: SPECIAL_TOKENS.indexOf(EOS_TOKEN),
  };
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, MODEL_FILES.weights), writeSafetensors(model.weights, 'F16'));
    await writeFile(join(folder, MODEL_FILES.config), json(toLlamaConfig(model.config)));
    await writeFile(join(folder, MODEL_FILES.tokenizer), json(model.tokenizer));
    await writeFile(join(folder, MODEL_FILES.generation), json(generation));
    await writeFile(join(folder, MODEL_FILES.card), model.card);
    return await writeModelManifest(folder, model.name);
  } catch (cause) {
    if (cause instanceof WeightsError) throw cause;
    throw new WeightsError(`The model cannot be written to ${folder}: ${messageOf(cause)}.`, {
      remedy: 'Name a folder that can be written, on a disk with room.',
      cause,
    });
  }
}
