import type { StepCredit, StepEstimator, ValuedEpisode } from '@rsim/core';
import { z } from 'zod';
import { overBatch } from './over-batch.js';
import { compositeOf } from './within-groups.js';

export const gaeOptionsSchema = z.strictObject({
  gamma: z.number().min(0).max(1).default(1).describe('Discount per step; 1 values a late reward like an early one.'),
  lambda: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('How far a decision is judged by what came of it (1) rather than by the next value estimate (0).'),
  normalise: z.boolean().default(true).describe('Whether advantages get mean 0 and deviation 1 over the batch.'),
});
export type GaeOptions = z.output<typeof gaeOptionsSchema>;

/**
 * Generalised advantage estimation (arXiv 1506.02438, equations 11, 12 and 16): each decision is judged by how much better
 * things stood after it than before, as the leader's value estimates V have it. The composite reward comes after the last
 * decision; the value then is 0.
 *
 *     δₜ = rₜ + γVₜ₊₁ − Vₜ      Aₜ = δₜ + γλAₜ₊₁      target of Vₜ = Aₜ + Vₜ
 */
export function gae({ gamma, lambda, normalise }: GaeOptions): StepEstimator & GaeOptions {
  return {
    ...{ name: 'gae', level: 'step', gamma, lambda, normalise },
    credit: (groups) => {
      const credits = groups.map((group) => group.map((episode) => creditOf(episode, gamma, lambda)));
      return normalise ? normalised(credits) : credits;
    },
  };
}

function creditOf({ terms, values }: ValuedEpisode, gamma: number, lambda: number): StepCredit | null {
  if (terms === null) return null;
  const advantages = values.map(() => 0);
  let [advantage, next, reward] = [0, 0, compositeOf(terms)];
  for (let step = values.length - 1; step >= 0; step -= 1) {
    advantage = reward + gamma * next - values[step]! + gamma * lambda * advantage;
    advantages[step] = advantage;
    next = values[step]!;
    reward = 0;
  }
  return { advantages, valueTargets: advantages.map((each, step) => each + values[step]!) };
}

/** Over the decisions of the whole batch. The targets of the values keep the unit of the reward. */
function normalised(credits: readonly (readonly (StepCredit | null)[])[]): (StepCredit | null)[][] {
  const advantages = overBatch(credits.flat().map((credit) => credit?.advantages ?? []));
  let place = 0;
  return credits.map((group) =>
    group.map((credit) => {
      const own = advantages[place++]!;
      return credit && { ...credit, advantages: own.map((advantage) => advantage ?? 0) };
    }),
  );
}
