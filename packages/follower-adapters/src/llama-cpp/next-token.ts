import { FollowerError } from '@rsim/core';

import { sampleToken } from '../engine/sampling.js';
import type { EvaluatedNext, NextToken } from './llama-library.js';

/** What the library is asked about the next token: log-probabilities as the model has them, before any sampling. */
export function askNext(candidates: number): NextToken {
  return {
    generateNext: {
      logits: { filter: { tokens: [], includeTop: candidates } },
      totalLogitWeight: true,
      // The library tells logits after these were applied: with these values they are the model's own.
      options: { temperature: 1, topK: 0, topP: 1, minP: 0 },
    },
  };
}

export interface DrawnToken {
  readonly token: number;
  readonly logProbability: number;
}

/**
 * Draws the next token among the candidates.
 * @param isAllowed whether a token may be drawn; where none of the candidates may, the most probable is
 * @param temperature 0 takes the most probable
 * @param uniform gives numbers in [0, 1)
 */
export function drawNext(
  next: EvaluatedNext | undefined,
  isAllowed: (token: number) => boolean,
  temperature: number,
  uniform: () => number,
): DrawnToken {
  const weight = next?.totalLogitWeight;
  if (next?.logits === undefined || weight === undefined || next.logits.size === 0) {
    throw new FollowerError('The model gives no probabilities for the next token.', {
      remedy: 'Use a model that generates text, and node-llama-cpp 3.22.',
    });
  }
  // In the order of their ids, so that equal numbers draw equal tokens however the library sorts.
  const candidates = [...next.logits].sort(([one], [other]) => one - other);
  const highest = Math.max(...candidates.map(([, logit]) => logit));
  const logProbabilities = Float32Array.from(candidates, ([, logit]) => logit - highest - Math.log(weight));
  const allowed = Uint8Array.from(candidates, ([token]) => Number(isAllowed(token)));
  if (!allowed.includes(1)) allowed.fill(1);
  const index = sampleToken(logProbabilities, allowed, temperature, uniform);
  return {
    token: (candidates[index] as [number, number])[0],
    logProbability: Math.min(0, logProbabilities[index] as number),
  };
}
