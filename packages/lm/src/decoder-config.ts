import { WeightsError } from '@rsim/core';
import { z } from 'zod';

import { publishedRope, type RopeScaling } from './rope-scaling.js';
import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS } from './special-tokens.js';

/** Sizes of a decoder of Llama's kind: RMSNorm, RoPE (rotate_half), SwiGLU, causal attention. */
export interface DecoderConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  /** Width of the feed-forward part. */
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Most tokens of a document. */
  readonly maxPositions: number;
  readonly rmsNormEpsilon: number;
  readonly ropeTheta: number;
  /** Not at all by default. */
  readonly ropeScaling?: RopeScaling;
  /** Each serves the same number of query heads (Ainslie et al. 2023); as many as these by default. */
  readonly keyValueHeads?: number;
  /** `hiddenSize / heads` by default. */
  readonly headSize?: number;
  /** Which projections of the attention have biases: queries, keys and values (Qwen2), or the output too; none by default. */
  readonly attentionBiases?: 'qkv' | 'qkvo';
  /** Whether logits come of a matrix of their own and not of the embedding; no by default. */
  readonly hasOwnHead?: boolean;
}

/** Numbers and widths of the attention's heads. */
export interface AttentionSizes {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Of all queries side by side. */
  readonly queryWidth: number;
  /** Of all keys, or values, side by side. */
  readonly keyValueWidth: number;
}

export function attentionSizes(config: DecoderConfig): AttentionSizes {
  const { heads, keyValueHeads = heads, headSize = config.hiddenSize / heads } = config;
  return { heads, keyValueHeads, headSize, queryWidth: heads * headSize, keyValueWidth: keyValueHeads * headSize };
}

/** Projections of the attention that have a bias. */
export function biasedProjections({ attentionBiases }: DecoderConfig): readonly string[] {
  if (!attentionBiases) return [];
  return ['q_proj', 'k_proj', 'v_proj', ...(attentionBiases === 'qkvo' ? ['o_proj'] : [])];
}

const size = z.int().positive().max(1_000_000);

/** The parts of Hugging Face's LlamaConfig and Qwen2Config that this decoder reads, with the values it supports. */
const publishedConfigSchema = z
  .looseObject({
    model_type: z.enum(['llama', 'qwen2']),
    vocab_size: size,
    hidden_size: size,
    intermediate_size: size,
    num_hidden_layers: size,
    num_attention_heads: size,
    num_key_value_heads: size.nullish(),
    head_dim: size.nullish(),
    max_position_embeddings: size,
    rms_norm_eps: z.number().positive().default(1e-6),
    rope_theta: z.number().positive().optional(),
    rope_scaling: publishedRope.nullish(),
    /** Where transformers 5 writes both of the former. */
    rope_parameters: publishedRope.nullish(),
    hidden_act: z.literal('silu').default('silu'),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.literal(false).optional(),
    use_sliding_window: z.literal(false).optional(),
    tie_word_embeddings: z.boolean().default(false),
  })
  .superRefine((config, context) => {
    const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    const { num_attention_heads: heads, num_key_value_heads: served, head_dim: headSize } = config;
    if (heads % (served ?? heads) !== 0) refuse('num_key_value_heads', 'num_attention_heads must be a multiple of it');
    if (headSize ? headSize % 2 !== 0 : config.hidden_size % (2 * heads) !== 0) {
      refuse(headSize ? 'head_dim' : 'num_attention_heads', 'the size of a head must be even');
    }
  });

/**
 * Reads a parsed config.json.
 * @throws WeightsError when it is no Llama or Qwen2 that this decoder can run
 */
export function parseDecoderConfig(json: unknown): DecoderConfig {
  const parsed = publishedConfigSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WeightsError(`The model's config.json is not usable: ${issue?.path.join('.')}: ${issue?.message}.`, {
      remedy:
        'Use the config.json of a Llama or Qwen2 model with positions unscaled or scaled as Llama 3 does, and without sliding windows or mlp biases.',
    });
  }
  const { data } = parsed;
  const heads = data.num_attention_heads;
  const hasDefault = <T>(value: T | null | undefined, other: T): boolean => (value ?? other) === other;
  const scaling = data.rope_scaling?.scaling ?? data.rope_parameters?.scaling;
  const biases = data.model_type === 'qwen2' ? 'qkv' : data.attention_bias ? 'qkvo' : null;
  return {
    vocabularySize: data.vocab_size,
    hiddenSize: data.hidden_size,
    intermediateSize: data.intermediate_size,
    layers: data.num_hidden_layers,
    heads,
    maxPositions: data.max_position_embeddings,
    rmsNormEpsilon: data.rms_norm_eps,
    ropeTheta: data.rope_theta ?? data.rope_parameters?.theta ?? 10_000,
    ...(scaling ? { ropeScaling: scaling } : {}),
    ...(hasDefault(data.num_key_value_heads, heads) ? {} : { keyValueHeads: data.num_key_value_heads ?? heads }),
    ...(hasDefault(data.head_dim, data.hidden_size / heads) ? {} : { headSize: data.head_dim ?? 0 }),
    ...(biases ? { attentionBiases: biases } : {}),
    ...(data.tie_word_embeddings ? {} : { hasOwnHead: true }),
  };
}

/** What to write into config.json, readable by Hugging Face transformers. */
export function toLlamaConfig(config: DecoderConfig): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.heads,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsNormEpsilon,
    rope_theta: config.ropeTheta,
    rope_scaling: null,
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    pad_token_id: SPECIAL_TOKENS.indexOf(PAD_TOKEN),
    bos_token_id: SPECIAL_TOKENS.indexOf(BOS_TOKEN),
    eos_token_id: SPECIAL_TOKENS.indexOf(EOS_TOKEN),
    torch_dtype: 'float16',
  };
}
