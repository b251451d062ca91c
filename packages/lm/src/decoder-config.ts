import { WeightsError } from '@rsim/core';
import { z } from 'zod';

import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS } from './special-tokens.js';

/** Sizes of a Llama-style decoder: RMSNorm, RoPE (rotate_half), SwiGLU, tied embeddings, one key and value head per query head. */
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
}

const size = z.int().positive().max(1_000_000);

/** The part of Hugging Face's LlamaConfig that this decoder reads, with the values it supports. */
const llamaConfigSchema = z
  .looseObject({
    model_type: z.literal('llama'),
    vocab_size: size,
    hidden_size: size,
    intermediate_size: size,
    num_hidden_layers: size,
    num_attention_heads: size,
    num_key_value_heads: size.optional(),
    head_dim: size.optional(),
    max_position_embeddings: size,
    rms_norm_eps: z.number().positive(),
    rope_theta: z.number().positive(),
    rope_scaling: z.null().optional(),
    hidden_act: z.literal('silu'),
    attention_bias: z.literal(false).optional(),
    mlp_bias: z.literal(false).optional(),
    tie_word_embeddings: z.literal(true),
  })
  .refine((config) => config.hidden_size % (2 * config.num_attention_heads) === 0, {
    path: ['num_attention_heads'],
    message: 'hidden_size must be an even multiple of it',
  })
  .refine((config) => (config.num_key_value_heads ?? config.num_attention_heads) === config.num_attention_heads, {
    path: ['num_key_value_heads'],
    message: 'must equal num_attention_heads',
  })
  .refine(
    (config) =>
      (config.head_dim ?? config.hidden_size / config.num_attention_heads) * config.num_attention_heads ===
      config.hidden_size,
    {
      path: ['head_dim'],
      message: 'must be hidden_size / num_attention_heads',
    },
  );

/**
 * Reads a parsed config.json.
 * @throws WeightsError when it is not a Llama this decoder can run
 */
export function parseDecoderConfig(json: unknown): DecoderConfig {
  const parsed = llamaConfigSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WeightsError(`The model's config.json is not usable: ${issue?.path.join('.')}: ${issue?.message}.`, {
      remedy: 'Use the config.json of a Llama model with tied embeddings, as `rsim follower train` writes it.',
    });
  }
  return {
    vocabularySize: parsed.data.vocab_size,
    hiddenSize: parsed.data.hidden_size,
    intermediateSize: parsed.data.intermediate_size,
    layers: parsed.data.num_hidden_layers,
    heads: parsed.data.num_attention_heads,
    maxPositions: parsed.data.max_position_embeddings,
    rmsNormEpsilon: parsed.data.rms_norm_eps,
    ropeTheta: parsed.data.rope_theta,
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
