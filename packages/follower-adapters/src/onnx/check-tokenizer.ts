import { WeightsError } from '@rsim/core/errors';

import type { OnnxTokenizer } from './onnx-tokenizer.js';

/** What a model says of its tokens. */
export interface ModelTokens {
  readonly vocabularySize: number;
  /** Ids of tokens that end a text or a turn. */
  readonly ends: readonly number[];
  /** Other ids that are named: of the beginning, of padding. */
  readonly others: readonly number[];
}

/** Models are padded to round sizes; a tokenizer with more tokens, or far fewer, belongs to another one. */
export function fitsVocabulary(tokens: number, vocabularySize: number): boolean {
  return tokens <= vocabularySize && vocabularySize - tokens <= Math.max(128, vocabularySize / 10);
}

/**
 * Compares a tokenizer with what the config.json beside it says.
 * @throws WeightsError, code `tokenizer-mismatch`, when they are not of one model
 */
export function checkTokenizer(tokenizer: OnnxTokenizer, model: ModelTokens, folder: string): void {
  const known = tokenizer.table.offsets.length - 1;
  const { vocabularySize, ends, others } = model;
  if (!fitsVocabulary(known, vocabularySize)) {
    throw mismatch(`The tokenizer in ${folder} has ${known} tokens where its config.json says ${vocabularySize}.`);
  }
  // Configs name beginnings and paddings that are never used, but all name an end that is a mark of its own.
  const stray = ends.find((id) => !tokenizer.addedIds.includes(id)) ?? others.find((id) => id >= known);
  if (stray === undefined) return;
  throw mismatch(`The config.json in ${folder} names token ${stray} as a mark, which its tokenizer.json does not.`);
}

export function mismatch(message: string): WeightsError {
  return new WeightsError(message, {
    code: 'tokenizer-mismatch',
    remedy: 'Use the config.json and tokenizer.json that were published with the model.',
  });
}
