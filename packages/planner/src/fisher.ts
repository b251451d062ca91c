import { Random } from '@rsim/core';
import type { Episode, NamedWeights } from '@rsim/core';
import { trajectoryOf } from './learned-episodes.js';
import { chunks } from './chunks.js';
import type { NetworkLearner } from './network-learner.js';
import { valuesOf, zerosLike } from './parameters.js';
import { logSoftmax } from './softmax.js';

/** Episodes of one backward pass. */
const episodesPerPass = 16;
/** Passes at the least, each with freshly drawn actions. */
const leastPasses = 64;

/**
 * Diagonal of the Fisher information of the policy, mean over the decisions of `episodes`:
 *
 *     F = 1/N · Σ_s E_{a∼π(·|s)} (∂ log π(a|s) / ∂θ)²
 *
 * One backward pass takes many decisions: with an action drawn from the policy itself at each state, the scores
 * ∂ log π(a|s) have mean 0 and are independent of each other, so that the square of their sum has the sum of their squares as its
 * expectation. The relative standard error of each entry is about √(2 / passes), 18 % for the 64 passes that there are at
 * the least.
 */
export async function policyFisher(
  learner: NetworkLearner,
  episodes: readonly Episode[],
  seed: number,
): Promise<NamedWeights> {
  const trajectories = episodes
    .map((episode) => trajectoryOf(episode, learner.actions))
    .filter(({ choices }) => choices.length > 0);
  const parts = chunks(trajectories, Math.ceil(trajectories.length / episodesPerPass));
  const batches = await Promise.all(parts.map((part) => learner.network.layOut(part)));
  const fisher = valuesOf(zerosLike(learner.parameters));
  const repeats = Math.ceil(leastPasses / Math.max(1, batches.length));
  let decisions = 0;
  for (const [index, batch] of batches.entries()) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const random = Random.of(seed, 'fisher', index, repeat);
      const gradient = await learner.gradient(batch, (logits) => ({
        gradient: scoreGradient(logits, batch.choices, random),
      }));
      for (const [name, sums] of Object.entries(fisher)) {
        for (const [place, slope] of gradient[name]!.values.entries()) sums[place]! += slope * slope;
      }
      decisions += batch.choices.reduce((sum, choice) => sum + (choice < 0 ? 0 : 1), 0);
    }
  }
  for (const sums of Object.values(fisher)) {
    for (let place = 0; place < sums.length; place += 1) sums[place]! /= Math.max(1, decisions);
  }
  return fisher;
}

/** Gradient of log π(a|s) for the scores, summed over the decisions, with each action drawn from π. */
function scoreGradient(logits: Float32Array, choices: Int32Array, random: Random): Float32Array {
  const width = logits.length / choices.length;
  const gradient = new Float32Array(logits.length);
  for (const [row, choice] of choices.entries()) {
    if (choice < 0) continue;
    const probabilities = Array.from(logSoftmax(logits, row * width, width), Math.exp);
    const drawn = random.weighted(probabilities);
    for (const [action, probability] of probabilities.entries()) {
      gradient[row * width + action] = (action === drawn ? 1 : 0) - probability;
    }
  }
  return gradient;
}
