import type { FollowerBatch, FollowerUpdate } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, FINAL_NORM_WEIGHT } from '../decoder-weights.js';
import { gradientNorm } from './adamw.js';
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
  temperature = 1,
): Promise<number[][]> {
  const documents = sequences.map((tokens) => ({ tokens, weights: tokens.map(() => 1) }));
  const batch = makeBatch(documents, config.maxPositions);
  const rows = await tokenLogProbabilities(config, atTemperature(weights, temperature), batch);
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
  const { temperature = 1 } = batch;
  const texts = batch.sequences.map(({ tokens }) => tokens);
  const current = await sequenceLogProbabilities(config, weights, texts, temperature);
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
  const scaled = atTemperature(weights, temperature);
  const gradients = new Map(await weightedGradients(config, scaled, makeBatch(documents, config.maxPositions)));
  const finalNorm = gradients.get(FINAL_NORM_WEIGHT);
  if (finalNorm !== undefined) {
    gradients.set(
      FINAL_NORM_WEIGHT,
      finalNorm.map((slope) => slope / temperature),
    );
  }
  const mean = (value: (term: TokenTerm) => number): number =>
    written.reduce((sum, term) => sum + value(term), 0) / count;
  const hasReference = written.some(({ kl }) => kl !== null);
  const ratios = written.map(({ ratio }) => ratio);
  return {
    gradients,
    update: {
      loss: mean(({ loss }) => loss),
      clipFraction: mean(({ isClipped }) => Number(isClipped)),
      kl: hasReference ? mean(({ kl }) => kl ?? 0) : null,
      tokens: written.length,
      smallestRatio: ratios.reduce((least, ratio) => Math.min(least, ratio), ratios[0] ?? 1),
      largestRatio: ratios.reduce((most, ratio) => Math.max(most, ratio), ratios[0] ?? 1),
      gradientNorm: gradientNorm(gradients),
    },
  };
}

/** The decoder whose logits are those of `weights` divided by `temperature`: the last norm's scale multiplies all of them. */
function atTemperature(weights: DecoderWeights, temperature: number): DecoderWeights {
  const norm = weights.get(FINAL_NORM_WEIGHT);
  if (temperature === 1 || norm === undefined) return weights;
  const data = norm.data.map((scale) => scale / temperature);
  return new Map(weights).set(FINAL_NORM_WEIGHT, { ...norm, data });
}

interface TokenTerm {
  readonly loss: number;
  /** Of the loss by the token's log-probability. */
  readonly slope: number;
  readonly ratio: number;
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
  if (reference === null) return { loss: policyLoss, slope: policySlope, ratio, isClipped, kl: null };
  const kl = Math.exp(reference - current) - (reference - current) - 1;
  return {
    loss: policyLoss + klWeight * kl,
    slope: policySlope + klWeight * (1 - Math.exp(reference - current)),
    ratio,
    isClipped,
    kl,
  };
}
