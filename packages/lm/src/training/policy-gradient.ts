import {
  clippedTerm,
  divergences,
  type FollowerBatch,
  type FollowerSequence,
  type FollowerUpdate,
  type SurrogateTerm,
} from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { gradientNorm } from './adamw.js';
import { differentiateDecoder, evaluateDecoder } from './decoder-pass.js';

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
  adapter: LoraAdapter | null = null,
): Promise<number[][]> {
  const rows = await evaluateDecoder({ config, weights, adapter, documents: sequences, temperature });
  return rows.map((row) => [0, ...row]);
}

/**
 * The clipped policy loss with a KL term, and its gradients. Both terms depend on the weights through the tokens'
 * log-probabilities only, so their slopes are numbers per token. With an adapter its weights alone have gradients.
 */
export async function policyGradients(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: FollowerBatch,
  adapter: LoraAdapter | null = null,
): Promise<PolicyGradients> {
  const { sequences, temperature = 1 } = batch;
  const count = Math.max(
    1,
    sequences.reduce((sum, sequence) => sum + writtenIn(sequence), 0),
  );
  const written: TokenTerm[] = [];
  const task = { config, weights, adapter, documents: sequences.map(({ tokens }) => tokens), temperature };
  const gradients = await differentiateDecoder(task, (document, logProbabilities) => {
    const terms = tokenTerms(sequences[document] as FollowerSequence, logProbabilities, batch);
    for (const term of terms) if (term) written.push(term);
    return terms.map((term) => (term?.slope ?? 0) / count);
  });
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

/** The first token was not predicted, so it counts as read. */
function writtenIn({ oldLogProbabilities }: FollowerSequence): number {
  return oldLogProbabilities.slice(1).reduce<number>((sum, value) => sum + (value === null ? 0 : 1), 0);
}

/** Terms of a sequence's tokens but the first; `null` for those that were read. */
function tokenTerms(
  { oldLogProbabilities, advantages, referenceLogProbabilities }: FollowerSequence,
  logProbabilities: Float32Array,
  batch: FollowerBatch,
): (TokenTerm | null)[] {
  return Array.from(logProbabilities, (current, index) => {
    const place = index + 1;
    const old = oldLogProbabilities[place] ?? null;
    return tokenTerm(current, old, advantages[place] ?? 0, referenceLogProbabilities?.[place] ?? null, batch);
  });
}

interface TokenTerm extends SurrogateTerm {
  /** k3, `null` without a reference. */
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
  const term = clippedTerm(Math.exp(current - old), advantage, { below: clip, above: clip });
  if (reference === null) return { ...term, kl: null };
  const { value, slope } = divergences.k3(current, reference);
  return { ...term, loss: term.loss + klWeight * value, slope: term.slope + klWeight * slope, kl: value };
}
