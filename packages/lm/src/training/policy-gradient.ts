import type { FollowerBatch, FollowerUpdate } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import { tokenLogProbabilities, weightedGradients } from './decoder-network.js';
import { makeBatch } from './document-batch.js';

export interface PolicyGradients {
  readonly update: FollowerUpdate;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Log-probability of each token given those before it; the first one's is 0. On whatever tfjs backend is set. */
export async function sequenceLogProbabilities(
  config: DecoderConfig,
  weights: DecoderWeights,
  sequences: readonly (readonly number[])[],
): Promise<number[][]> {
  const documents = sequences.map((tokens) => ({ tokens, weights: tokens.map(() => 1) }));
  const batch = makeBatch(documents, config.maxPositions);
  const rows = await tokenLogProbabilities(config, weights, batch);
  return sequences.map((tokens, index) => [
    0,
    ...rows.subarray(index * batch.length, index * batch.length + tokens.length - 1),
  ]);
}

/**
 * The clipped policy loss with a KL term, and its gradients. Both terms depend on the weights through the tokens'
 * log-probabilities only, so their slopes are numbers per token, and one weighted pass gives the gradients.
 */
export async function policyGradients(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: FollowerBatch,
): Promise<PolicyGradients> {
  const current = await sequenceLogProbabilities(
    config,
    weights,
    batch.sequences.map(({ tokens }) => tokens),
  );
  const terms = batch.sequences.map((sequence, index) =>
    sequence.tokens.map((_, place) =>
      tokenTerm(
        current[index]?.[place] as number,
        sequence.oldLogProbabilities[place] ?? null,
        sequence.advantages[place] ?? 0,
        sequence.referenceLogProbabilities?.[place] ?? null,
        batch,
      ),
    ),
  );
  const written = terms.flat().filter((term) => term !== null);
  const count = Math.max(1, written.length);
  const documents = batch.sequences.map(({ tokens }, index) => ({
    tokens,
    // The weighted pass minimises −Σ weight · log-probability.
    weights: tokens.map((_, place) => -(terms[index]?.[place]?.slope ?? 0) / count),
  }));
  const gradients = await weightedGradients(config, weights, makeBatch(documents, config.maxPositions));
  const mean = (value: (term: TokenTerm) => number): number =>
    written.reduce((sum, term) => sum + value(term), 0) / count;
  const hasReference = written.some(({ kl }) => kl !== null);
  return {
    gradients,
    update: {
      loss: mean(({ loss }) => loss),
      clipFraction: mean(({ isClipped }) => Number(isClipped)),
      kl: hasReference ? mean(({ kl }) => kl ?? 0) : null,
      tokens: written.length,
    },
  };
}

interface TokenTerm {
  readonly loss: number;
  /** Of the loss by the token's log-probability. */
  readonly slope: number;
  readonly isClipped: boolean;
  readonly kl: number | null;
}

function tokenTerm(
  current: number,
  old: number | null,
  advantage: number,
  reference: number | null,
  { clip, klWeight }: FollowerBatch,
): TokenTerm | null {
  if (old === null) return null;
  const ratio = Math.exp(current - old);
  const isClipped = advantage > 0 ? ratio > 1 + clip : advantage < 0 && ratio < 1 - clip;
  const bounded = Math.min(Math.max(ratio, 1 - clip), 1 + clip);
  const policyLoss = -Math.min(ratio * advantage, bounded * advantage);
  const policySlope = isClipped ? 0 : -ratio * advantage;
  if (reference === null) return { loss: policyLoss, slope: policySlope, isClipped, kl: null };
  const kl = Math.exp(reference - current) - (reference - current) - 1;
  return {
    loss: policyLoss + klWeight * kl,
    slope: policySlope + klWeight * (1 - Math.exp(reference - current)),
    isClipped,
    kl,
  };
}
