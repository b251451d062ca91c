import { WeightsError } from '@rsim/core/errors';
import type { InferenceSession } from 'onnxruntime-node';

import type { CacheShape } from './row-cache.js';

/** What a decoder's export takes in and puts out, with the names of Optimum's exports. */
export interface ModelSignature {
  /** Keys and values of the layers, in one order everywhere. */
  readonly cache: readonly (CacheShape & { readonly input: string; readonly output: string })[];
  readonly cacheType: 'float32' | 'float16';
  readonly hasMask: boolean;
  readonly hasPositions: boolean;
  /** Exports for transformers.js can leave out all logits but the last ones. */
  readonly hasLogitsToKeep: boolean;
  /** Size of the logits, or `null` where the export does not tell. */
  readonly vocabularySize: number | null;
}

type Metadata = readonly InferenceSession.ValueMetadata[];

const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep'];
const CACHE_INPUT = /^past_key_values\.(\d+\.(?:key|value))$/u;

/** @throws WeightsError when inputs or outputs are not those of a decoder with a cache, naming the first such one */
export function readSignature(inputs: Metadata, outputs: Metadata, file: string): ModelSignature {
  const refuse = (what: string): WeightsError =>
    new WeightsError(`The ONNX model ${file} ${what}.`, {
      code: 'model-unknown',
      remedy: 'Use a decoder exported with its cache: `optimum-cli export onnx --task text-generation-with-past`.',
    });
  const unknown = inputs.find(({ name }) => !KNOWN_INPUTS.includes(name) && !CACHE_INPUT.test(name));
  if (unknown) throw refuse(`needs the input ${unknown.name}, which a text decoder does not have`);
  const typeOf = (name: string): string | undefined => {
    const found = inputs.find((input) => input.name === name);
    return found?.isTensor === true ? found.type : undefined;
  };
  if (typeOf('input_ids') !== 'int64') throw refuse('has no input input_ids of type int64');
  const cacheInputs = inputs.filter(({ name }) => CACHE_INPUT.test(name));
  if (cacheInputs.length === 0) throw refuse('has no inputs past_key_values.*: it was exported without a cache');
  const cache = cacheInputs.map((metadata) => {
    const output = `present.${CACHE_INPUT.exec(metadata.name)?.[1]}`;
    if (!outputs.some(({ name }) => name === output)) throw refuse(`has no output ${output}`);
    const [, heads, , headSize] = metadata.isTensor ? metadata.shape : [];
    if (typeof heads !== 'number' || typeof headSize !== 'number') {
      throw refuse(`does not tell the number of heads and their size at its input ${metadata.name}`);
    }
    return { input: metadata.name, output, heads, headSize };
  });
  const cacheType = typeOf(cache[0]?.input ?? '');
  if (cacheType !== 'float32' && cacheType !== 'float16') throw refuse(`keeps its cache as ${cacheType}`);
  const logits = outputs.find(({ name }) => name === 'logits');
  if (logits?.isTensor !== true) throw refuse('has no output logits');
  const size = logits.shape[2];
  return {
    cache,
    cacheType,
    hasMask: typeOf('attention_mask') !== undefined,
    hasPositions: typeOf('position_ids') !== undefined,
    hasLogitsToKeep: typeOf('num_logits_to_keep') !== undefined,
    vocabularySize: typeof size === 'number' ? size : null,
  };
}
