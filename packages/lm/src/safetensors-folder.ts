import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';
import { z } from 'zod';

import type { DecoderWeights, WeightTensor } from './decoder-weights.js';
import { readSafetensors } from './safetensors.js';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** A shard is a file of the same folder, whatever the index says. */
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)) });

/** The bytes of a folder's weights, in the order in which they were read. */
export interface FolderWeights {
  readonly tensors: DecoderWeights;
  readonly files: readonly Uint8Array[];
}

/**
 * Reads the weights of a folder in the hub's layout: one `model.safetensors`, or the shards that `model.safetensors.index.json`
 * names.
 * @throws WeightsError naming the file that is missing or not whole, or the tensor that a shard lacks
 */
export async function readSafetensorsFolder(folder: string): Promise<FolderWeights> {
  const index = await readIfThere(join(folder, INDEX));
  if (!index) {
    const file = join(folder, WHOLE);
    const bytes = await readNeeded(file);
    return { tensors: readSafetensors(bytes, file).tensors, files: [bytes] };
  }
  const places = parseIndex(index, join(folder, INDEX));
  const tensors = new Map<string, WeightTensor>();
  const files: Uint8Array[] = [];
  for (const shard of new Set(Object.values(places))) {
    const file = join(folder, shard);
    const bytes = await readNeeded(file);
    files.push(bytes);
    for (const [name, tensor] of readSafetensors(bytes, file).tensors) tensors.set(name, tensor);
  }
  for (const [name, shard] of Object.entries(places)) {
    if (!tensors.has(name))
      throw new WeightsError(`The shard ${join(folder, shard)} lacks the tensor ${name}.`, refetch);
  }
  return { tensors, files };
}

/** What can be read of one file ends at 2 GiB. */
const useAnother = {
  code: 'model-too-large',
  remedy: 'Use a smaller model, or one whose weights lie in several files.',
};
const refetch = { remedy: 'Get the model again, with all files named in its model.safetensors.index.json.' };

function parseIndex(bytes: Uint8Array, file: string): Record<string, string> {
  try {
    return indexSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).weight_map;
  } catch (cause) {
    throw new WeightsError(`The file ${file} is not an index of safetensors files.`, { ...refetch, cause });
  }
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(file, cause);
  }
}

async function readNeeded(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): WeightsError {
  const isTooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_FS_FILE_TOO_LARGE';
  const advice = isTooLarge ? useAnother : refetch;
  return new WeightsError(`The weights in ${file} cannot be read: ${messageOf(cause)}.`, { ...advice, cause });
}
