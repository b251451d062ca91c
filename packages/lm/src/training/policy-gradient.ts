import {
  type DecisionSequence,
  type FollowerBatch,
  type FollowerSequence,
  type FollowerUpdate,
  objectiveOf,
  ObjectivePass,
} from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { gradientNorm } from './adamw.js';
import { differentiateWithEntropies, evaluateDecoder } from './decoder-pass.js';

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
 * The policy loss with its KL term and its entropy bonus, and its gradients. Both depend on the weights through the tokens'
 * log-probabilities and the entropies of what they were drawn from only, so their slopes are numbers per token. With an adapter its weights alone have gradients.
 */
export async function policyGradients(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: FollowerBatch,
  adapter: LoraAdapter | null = null,
): Promise<PolicyGradients> {
  const { sequences, temperature = 1, entropy: bonus = 0 } = batch;
  const places = sequences.map(writtenPlaces);
  const pass = new ObjectivePass(
    places.map(({ length }) => length),
    objectiveOf(batch, batch.klWeight),
  );
  const task = { config, weights, adapter, documents: sequences.map(({ tokens }) => tokens), places, temperature };
  let [entropySum, entropyLoss] = [0, 0];
  const gradients = await differentiateWithEntropies(task, bonus > 0, (document, { logProbabilities, entropies }) => {
    const sequence = sequences[document] as FollowerSequence;
    const found = pass.add(document, decisionsOf(sequence, places[document] as number[], logProbabilities));
    found.forEach(({ weight }, index) => {
      const entropy = entropies[index] as number;
      entropySum += entropy;
      entropyLoss -= weight * bonus * entropy;
    });
    return {
      logProbabilities: found.map(({ slope }) => slope),
      entropies: found.map(({ weight }) => -weight * bonus),
    };
  });
  const { decisions, referenceDivergence, loss, clipFraction, smallestRatio, largestRatio } = pass.statistics;
  return {
    gradients,
    update: {
      ...{ loss: loss + entropyLoss, clipFraction, smallestRatio, largestRatio },
      entropy: entropySum / Math.max(1, decisions),
      ...{ kl: referenceDivergence, tokens: decisions, gradientNorm: gradientNorm(gradients) },
    },
  };
}

/** Where tokens were written. The first token was not predicted, so it counts as read. */
function writtenPlaces({ oldLogProbabilities }: FollowerSequence): number[] {
  return oldLogProbabilities.flatMap((old, place) => (place === 0 || old === null ? [] : [place]));
}

/** @param logProbabilities of the tokens at `places` */
function decisionsOf(
  { advantages, oldLogProbabilities, referenceLogProbabilities }: FollowerSequence,
  places: readonly number[],
  logProbabilities: ArrayLike<number>,
): DecisionSequence {
  const at = (values: readonly (number | null)[]): number[] => places.map((place) => values[place] ?? NaN);
  return {
    logProbabilities: Array.from(logProbabilities),
    oldLogProbabilities: at(oldLogProbabilities),
    advantages: at(advantages),
    ...(referenceLogProbabilities && { referenceLogProbabilities: at(referenceLogProbabilities) }),
  };
}
