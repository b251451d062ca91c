import type { DecoderConfig } from '../decoder-config.js';
import { EMBEDDING_WEIGHT, FINAL_NORM_WEIGHT, layerWeight, type WeightTensor } from '../decoder-weights.js';
import type { DecoderModel } from '../model-folder.js';
import { type GgufValue, writeGguf } from './gguf-file.js';
import { ggufTokenizer } from './gguf-tokenizer.js';

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

/**
 * A model as a GGUF file of 32-bit floats, its tokenizer included.
 *
 * `llama` turns neighbouring elements of a head where Hugging Face's models turn elements half a head apart, so rows of its
 * query and key projections change places; `qwen2` turns as Hugging Face does, and has biases, which are zero here.
 *
 * @param tokens the vocabulary in the order of its ids, in the byte-level alphabet
 */
export function buildGguf(model: DecoderModel, tokens: readonly string[], architecture: GgufArchitecture): Uint8Array {
  const metadata = new Map([...architectureMetadata(model, architecture), ...ggufTokenizer(tokens)]);
  return writeGguf(metadata, architectureTensors(model, architecture));
}

function architectureMetadata({ name, config }: DecoderModel, architecture: GgufArchitecture): Map<string, GgufValue> {
  const integer = (value: number): GgufValue => ({ type: 'uint32', value });
  const float = (value: number): GgufValue => ({ type: 'float32', value });
  const own: Record<string, GgufValue> = {
    vocab_size: integer(config.vocabularySize),
    context_length: integer(config.maxPositions),
    embedding_length: integer(config.hiddenSize),
    block_count: integer(config.layers),
    feed_forward_length: integer(config.intermediateSize),
    'attention.head_count': integer(config.heads),
    'attention.head_count_kv': integer(config.heads),
    'attention.layer_norm_rms_epsilon': float(config.rmsNormEpsilon),
    'rope.dimension_count': integer(config.hiddenSize / config.heads),
    'rope.freq_base': float(config.ropeTheta),
  };
  return new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: architecture }],
    ['general.name', { type: 'string', value: name }],
    ['general.file_type', integer(0)],
    ...Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value] as const),
  ]);
}

function architectureTensors({ config, weights }: DecoderModel, architecture: GgufArchitecture) {
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
    if (architecture === 'qwen2') {
      const bias = { shape: [config.hiddenSize], data: new Float32Array(config.hiddenSize) };
      for (const name of ['attn_q', 'attn_k', 'attn_v']) tensors.set(`blk.${layer}.${name}.bias`, bias);
    }
  }
  return tensors.set('output_norm.weight', tensor(FINAL_NORM_WEIGHT));
}

/** Rows of each head from (first half, second half) to pairs of one of each. */
function interleaveHalves({ hiddenSize, heads }: DecoderConfig, { shape, data }: WeightTensor): WeightTensor {
  const headSize = hiddenSize / heads;
  const width = shape[1] as number;
  const turned = new Float32Array(data.length);
  for (let row = 0; row < hiddenSize; row += 1) {
    const place = row % headSize;
    const source = row - place + (place % 2) * (headSize / 2) + Math.floor(place / 2);
    turned.set(data.subarray(source * width, (source + 1) * width), row * width);
  }
  return { shape, data: turned };
}
