import { WeightsError } from '@rsim/core';

import { attentionSizes, type DecoderConfig } from '../decoder-config.js';
import {
  type DecoderWeights,
  EMBEDDING_WEIGHT,
  FINAL_NORM_WEIGHT,
  headWeight,
  layerWeight,
  projectionBias,
  type WeightTensor,
} from '../decoder-weights.js';
import { frequencyDivisors } from '../rope.js';
import { type GgufValue, writeGguf } from './gguf-file.js';

/** The architectures of llama.cpp that compute this decoder. */
export type GgufArchitecture = 'llama' | 'qwen2';

const LAYER_NAMES = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
} as const;

const BIAS_NAMES = { q_proj: 'attn_q', k_proj: 'attn_k', v_proj: 'attn_v', o_proj: 'attn_output' } as const;

/** What is written of a model. */
export interface GgufModel {
  readonly name: string;
  readonly config: DecoderConfig;
  readonly weights: DecoderWeights;
}

/**
 * A model as a GGUF file of 32-bit floats, its tokenizer included.
 *
 * `llama` turns neighbouring elements of a head where Hugging Face's models turn elements half a head apart, so rows of its
 * query and key projections change places; `qwen2` turns as Hugging Face does, and always has biases of queries, keys and values,
 * which are zero where the model has none.
 *
 * @param tokenizer metadata of the vocabulary
 * @throws WeightsError when the architecture cannot compute the model
 */
export function buildGguf(
  model: GgufModel,
  tokenizer: ReadonlyMap<string, GgufValue>,
  architecture: GgufArchitecture,
): Uint8Array {
  if (architecture === 'qwen2' && !fitsQwen2(model.config)) {
    throw new WeightsError(`The model ${model.name} cannot be written as a GGUF file of the architecture qwen2.`, {
      code: 'model-unknown',
      remedy:
        'Export it as `gguf`: Qwen2 has no bias of the output, heads that share the hidden size, and no positions scaled as Llama 3 does.',
    });
  }
  const metadata = new Map([...architectureMetadata(model, architecture), ...tokenizer]);
  return writeGguf(metadata, architectureTensors(model, architecture));
}

/** Whether llama.cpp's architecture qwen2 computes such a model. */
export function fitsQwen2({ attentionBiases, headSize, ropeScaling }: DecoderConfig): boolean {
  return attentionBiases !== 'qkvo' && headSize === undefined && ropeScaling?.kind !== 'llama3';
}

function architectureMetadata({ name, config }: GgufModel, architecture: GgufArchitecture): Map<string, GgufValue> {
  const integer = (value: number): GgufValue => ({ type: 'uint32', value });
  const float = (value: number): GgufValue => ({ type: 'float32', value });
  const { heads, keyValueHeads, headSize } = attentionSizes(config);
  const own: Record<string, GgufValue> = {
    vocab_size: integer(config.vocabularySize),
    context_length: integer(config.maxPositions),
    embedding_length: integer(config.hiddenSize),
    block_count: integer(config.layers),
    feed_forward_length: integer(config.intermediateSize),
    'attention.head_count': integer(heads),
    'attention.head_count_kv': integer(keyValueHeads),
    'attention.key_length': integer(headSize),
    'attention.value_length': integer(headSize),
    'attention.layer_norm_rms_epsilon': float(config.rmsNormEpsilon),
    'rope.dimension_count': integer(headSize),
    'rope.freq_base': float(config.ropeTheta),
  };
  if (config.ropeScaling?.kind === 'linear') {
    own['rope.scaling.type'] = { type: 'string', value: 'linear' };
    own['rope.scaling.factor'] = float(config.ropeScaling.factor);
  }
  return new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: architecture }],
    ['general.name', { type: 'string', value: name }],
    ['general.file_type', integer(0)],
    ...Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value] as const),
  ]);
}

function architectureTensors({ config, weights }: GgufModel, architecture: GgufArchitecture) {
  const tensor = (name: string): WeightTensor => {
    const found = weights.get(name);
    if (!found) throw new RangeError(`There is no tensor ${name}; check the weights first.`);
    return found;
  };
  const tensors = new Map([['token_embd.weight', tensor(EMBEDDING_WEIGHT)]]);
  for (let layer = 0; layer < config.layers; layer += 1) {
    for (const [part, name] of Object.entries(LAYER_NAMES)) {
      const own = tensor(layerWeight(layer, part));
      const isTurned = name === 'attn_q' || name === 'attn_k';
      tensors.set(
        `blk.${layer}.${name}.weight`,
        isTurned && architecture === 'llama' ? interleaveHalves(config, own) : own,
      );
    }
    for (const [part, name] of Object.entries(BIAS_NAMES)) {
      const own =
        weights.get(projectionBias(layer, part)) ?? (architecture === 'qwen2' ? zeroBias(config, part) : null);
      if (!own) continue;
      const isTurned = architecture === 'llama' && (part === 'q_proj' || part === 'k_proj');
      tensors.set(`blk.${layer}.${name}.bias`, isTurned ? interleaveHalves(config, own) : own);
    }
  }
  if (config.ropeScaling?.kind === 'llama3') {
    const divisors = Float32Array.from(frequencyDivisors(config));
    tensors.set('rope_freqs.weight', { shape: [divisors.length], data: divisors });
  }
  tensors.set('output_norm.weight', tensor(FINAL_NORM_WEIGHT));
  if (config.hasOwnHead) tensors.set('output.weight', tensor(headWeight(config)));
  return tensors;
}

/** Where llama.cpp expects a bias that the model does not have; `null` for the output's, which it does not expect. */
function zeroBias(config: DecoderConfig, part: string): WeightTensor | null {
  if (part === 'o_proj') return null;
  const { queryWidth, keyValueWidth } = attentionSizes(config);
  const width = part === 'q_proj' ? queryWidth : keyValueWidth;
  return { shape: [width], data: new Float32Array(width) };
}

/** Rows of each head from (first half, second half) to pairs of one of each. */
function interleaveHalves(config: DecoderConfig, { shape, data }: WeightTensor): WeightTensor {
  const { headSize } = attentionSizes(config);
  const [rows = 0, width = 1] = shape;
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    const place = row % headSize;
    const source = row - place + (place % 2) * (headSize / 2) + Math.floor(place / 2);
    turned.set(data.subarray(source * width, (source + 1) * width), row * width);
  }
  return { shape, data: turned };
}
