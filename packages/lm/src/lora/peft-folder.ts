import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';
import { z } from 'zod';

import type { DecoderConfig } from '../decoder-config.js';
import type { WeightTensor } from '../decoder-weights.js';
import { readSafetensors, writeSafetensors } from '../safetensors.js';
import { type LoraAdapter, loraShapes } from './lora-adapter.js';

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';

/** The part of PEFT's LoraConfig that is read, with the values that are supported. */
const peftConfigSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.array(z.string()).min(1),
  bias: z.literal('none').default('none'),
  use_rslora: z.literal(false).default(false),
  use_dora: z.literal(false).default(false),
  fan_in_fan_out: z.literal(false).default(false),
  rank_pattern: z.strictObject({}).default({}),
  alpha_pattern: z.strictObject({}).default({}),
  modules_to_save: z.null().default(null),
});

/**
 * Writes an adapter as PEFT does: `adapter_config.json` and `adapter_model.safetensors`, of 32-bit floats.
 * @throws WeightsError when the folder cannot be written
 */
export async function writePeftFolder(folder: string, { options, weights }: LoraAdapter): Promise<void> {
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: null,
    r: options.rank,
    lora_alpha: options.alpha,
    lora_dropout: 0,
    target_modules: options.targets,
    bias: 'none',
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, WEIGHTS), writeSafetensors(weights, 'F32'));
    await writeFile(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  } catch (cause) {
    throw new WeightsError(`The adapter cannot be written to ${folder}: ${messageOf(cause)}.`, {
      remedy: 'Name a folder that can be written, on a disk with room.',
      cause,
    });
  }
}

/**
 * Reads an adapter that PEFT, or {@link writePeftFolder}, wrote.
 * @throws WeightsError naming the file that is missing or not usable, or the tensor that does not fit the decoder
 */
export async function readPeftFolder(folder: string, config: DecoderConfig): Promise<LoraAdapter> {
  const configFile = join(folder, CONFIG);
  const parsed = peftConfigSchema.safeParse(parseJson(await read(configFile), configFile));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unusable(configFile, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { r: rank, lora_alpha: alpha, target_modules: targets } = parsed.data;
  const options = { rank, alpha, targets };
  const file = join(folder, WEIGHTS);
  const { tensors } = readSafetensors(await read(file), file);
  const weights = new Map<string, WeightTensor>();
  const shapes = loraShapes(config, options);
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) {
      throw unusable(file, `it has no tensor ${name} of shape [${shape.join(', ')}]`);
    }
    weights.set(name, tensor);
  }
  const unknown = [...tensors.keys()].find((name) => !shapes.has(name));
  if (unknown !== undefined) throw unusable(file, `its tensor ${unknown} adapts nothing of the decoder`);
  return { options, weights };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unusable(file, messageOf(cause), cause);
  }
}

function parseJson(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw unusable(file, 'it is not JSON', cause);
  }
}

function unusable(file: string, why: string, cause?: unknown): WeightsError {
  return new WeightsError(`The adapter's file ${file} is not usable: ${why}.`, {
    remedy: 'Name a folder that PEFT wrote for this model: plain LoRA of one rank, without biases or whole modules.',
    cause,
  });
}
