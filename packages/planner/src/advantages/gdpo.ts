import type { EpisodeEstimator, RewardTerm } from '@rsim/core';
import { deviationEpsilon } from './grpo.js';
import { overBatch } from './over-batch.js';
import { momentsOf, withinGroups } from './within-groups.js';

/**
 * Advantages with each reward normalised within its group before they are weighted and summed, and the sums over the batch
 * (GDPO, arXiv 2601.05242, section 3): rewards of different scale do not drown one another, different mixtures with one
 * sum stay different, and more rewards do not make larger steps.
 *
 *     A' = Σₖ wₖ · (rₖ − mean(rₖ)) / (deviation(rₖ) + 1e-4)      A = (A' − mean) / (deviation + 1e-6) over the batch
 */
export const gdpo: EpisodeEstimator = {
  name: 'gdpo',
  level: 'episode',
  advantages: (groups) => overBatch(withinGroups(groups, decoupled)),
};

function decoupled(group: readonly (readonly RewardTerm[])[]): number[] | null {
  const rules = group[0]!.map(({ name, weight }) => {
    const scores = group.map((terms) => terms.find((term) => term.name === name)?.score ?? 0);
    return { weight, scores, ...momentsOf(scores) };
  });
  const telling = rules.filter(({ deviation }) => deviation > 0);
  if (telling.length === 0) return null;
  return group.map((_, episode) =>
    telling.reduce(
      (sum, { weight, scores, mean, deviation }) =>
        sum + (weight * (scores[episode]! - mean)) / (deviation + deviationEpsilon),
      0,
    ),
  );
}
