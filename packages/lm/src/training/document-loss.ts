import { ConfigError } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import { differentiateDecoder } from './decoder-pass.js';
import type { TrainingDocument } from './packed-documents.js';

/** Loss of some documents and its gradient for every weight. */
export interface LossAndGradients {
  /** Mean cross-entropy in nats over the weighted tokens. */
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/**
 * The weighted cross-entropy of documents and its gradients, on whatever tfjs backend is set.
 * @throws ConfigError when a document cannot be learned from, or has not a weight for each token
 */
export async function lossAndGradients(
  config: DecoderConfig,
  weights: DecoderWeights,
  documents: readonly TrainingDocument[],
): Promise<LossAndGradients> {
  for (const document of documents) checkWeights(document);
  const shares = documents.map((document) => document.weights.slice(1));
  const total = Math.max(
    1e-9,
    shares.flat().reduce((sum, weight) => sum + weight, 0),
  );
  let loss = 0;
  const task = { config, weights, documents: documents.map(({ tokens }) => tokens) };
  const gradients = await differentiateDecoder(task, (document, logProbabilities) => {
    const own = shares[document] as readonly number[];
    own.forEach((weight, index) => {
      loss -= (weight * (logProbabilities[index] as number)) / total;
    });
    return own.map((weight) => -weight / total);
  });
  return { loss, gradients };
}

function checkWeights({ tokens, weights }: TrainingDocument): void {
  if (tokens.length === weights.length) return;
  throw new ConfigError(`A training document has ${tokens.length} tokens and ${weights.length} weights.`, {
    remedy: 'Give a weight for each token.',
  });
}
