import type { DecoderConfig } from './decoder-config.js';

/** Added to the score of a key that must not be seen; far below any score, and finite so that no row becomes NaN. */
export const MASKED = -1e9;

/** Names of the graph's inputs and outputs; see `buildDecoderGraph`. */
export const DECODER_INPUTS = { tokens: 'tokens', positions: 'positions', pastMask: 'past_mask', newMask: 'new_mask' };
export const DECODER_OUTPUTS = { logProbabilities: 'log_probabilities', newRows: 'new_rows' };
export const pastKeyInput = (layer: number): string => `past.${layer}.key`;
export const pastValueInput = (layer: number): string => `past.${layer}.value`;

/** One position's share of the output `new_rows`: key then value of each layer. */
export function newRowWidth(config: DecoderConfig): number {
  return 2 * config.layers * config.hiddenSize;
}
