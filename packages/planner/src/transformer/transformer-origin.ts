import type { LoraOptions } from '@rsim/lm';
import type { BackendChoice } from '@rsim/lm/backends';

/** What a transformer network is made from. */
export interface TransformerOrigin {
  readonly kind: 'transformer';
  /** Of the decoder: config.json, tokenizer.json, and safetensors unless it starts from random weights. */
  readonly folder: string;
  readonly weights: 'checkpoint' | 'random';
  readonly lora: LoraOptions | null;
  /** Most tokens that are read of an episode; `null` for as many as the decoder can take. */
  readonly contextLength: number | null;
  readonly actions: number;
  readonly value: boolean;
  readonly learningRateScale: number;
  /** What decisions are computed on. */
  readonly backend: BackendChoice;
  /** Names the random streams of fresh weights and adapters. */
  readonly seed: number;
}
