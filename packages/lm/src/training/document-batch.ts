import { ConfigError } from '@rsim/core';

/** One document and how much each of its tokens counts in the loss (as a target; the first one never is). */
export interface TrainingDocument {
  readonly tokens: readonly number[];
  readonly weights: readonly number[];
}

/** Documents side by side, padded at their ends; inputs and targets are one position apart. */
export interface DocumentBatch {
  readonly documents: number;
  /** Positions per document. */
  readonly length: number;
  /** [documents · length] token ids; padding is 0. */
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  /** [documents · length]; padding weighs nothing. */
  readonly weights: Float32Array;
  /** Tokens that are not padding. */
  readonly tokens: number;
}

/** @throws ConfigError when a document is too short or too long to learn from, or has not a weight for each token */
export function makeBatch(documents: readonly TrainingDocument[], maxPositions: number): DocumentBatch {
  documents.forEach((document) => {
    checkDocument(document, maxPositions);
  });
  const length = Math.max(...documents.map(({ tokens }) => tokens.length - 1));
  const size = documents.length * length;
  const [inputs, targets, weights] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
  documents.forEach((document, index) => {
    inputs.set(document.tokens.slice(0, -1), index * length);
    targets.set(document.tokens.slice(1), index * length);
    weights.set(document.weights.slice(1), index * length);
  });
  const tokens = documents.reduce((sum, document) => sum + document.tokens.length - 1, 0);
  return { documents: documents.length, length, inputs, targets, weights, tokens };
}

function checkDocument({ tokens, weights }: TrainingDocument, maxPositions: number): void {
  if (tokens.length >= 2 && tokens.length - 1 <= maxPositions && tokens.length === weights.length) return;
  throw new ConfigError(`A training document has ${tokens.length} tokens and ${weights.length} weights.`, {
    remedy: `Give documents of 2 to ${maxPositions + 1} tokens, with a weight for each.`,
  });
}
