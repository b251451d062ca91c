import { groupAdvantages } from './group-advantages.js';
import type { RewardTerm } from './trainable-planner.js';

/**
 * Advantages with each reward normalised within its group before they are weighted and summed (GDPO, arXiv 2601.05242,
 * section 3). Still to be normalised over the batch, by {@link batchNormalised}.
 *
 * @param group the terms of each rollout of one problem, the same rules in the same order.
 * @returns One advantage per rollout, or `null` when every reward is alike in all of them.
 */
export function decoupledAdvantages(group: readonly (readonly RewardTerm[])[]): number[] | null {
  const rules = group[0]?.map(({ weight }) => weight) ?? [];
  const normalised = rules.map((_, rule) => groupAdvantages(group.map((terms) => terms[rule]?.score ?? 0)));
  if (normalised.every((advantages) => advantages === null)) return null;
  return group.map((_, rollout) =>
    rules.reduce((sum, weight, rule) => sum + weight * (normalised[rule]?.[rollout] ?? 0), 0),
  );
}

/** The same numbers with mean 0 and standard deviation 1: more rewards must not make larger steps. */
export function batchNormalised(advantages: readonly number[]): number[] {
  const mean = advantages.reduce((sum, advantage) => sum + advantage, 0) / advantages.length;
  const deviation = Math.sqrt(
    advantages.reduce((sum, advantage) => sum + (advantage - mean) ** 2, 0) / advantages.length,
  );
  return advantages.map((advantage) => (advantage - mean) / (deviation + 1e-6));
}
