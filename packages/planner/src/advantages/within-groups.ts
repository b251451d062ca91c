import type { EpisodeTerms, RewardTerm } from '@rsim/core';

/** Rewards are sums of small decimals; differences below this are rounding. */
const noDifference = 1e-9;

/** The weighted sum of an episode's rewards. */
export function compositeOf(terms: readonly RewardTerm[]): number {
  return terms.reduce((sum, { score, weight }) => sum + weight * score, 0);
}

/** Mean, and deviation as of a sample (n − 1), or 0 where the numbers are alike but for rounding. */
export function momentsOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  // Of rewards that are no numbers it is none either: then the update says so, where 0 would leave them out unseen.
  return { mean, deviation: deviation <= noDifference ? 0 : deviation };
}

/** Whether the composite rewards of at least two comparable episodes of a problem are all alike. */
export function lacksVariance(group: readonly EpisodeTerms[]): boolean {
  const rewards = group.filter((terms) => terms !== null).map(compositeOf);
  return rewards.length >= 2 && momentsOf(rewards).deviation === 0;
}

/**
 * Compares the episodes of each problem with one another.
 *
 * @param estimate advantages of the episodes of one problem, at least two; `null` when they are all alike.
 */
export function withinGroups(
  groups: readonly (readonly EpisodeTerms[])[],
  estimate: (group: readonly (readonly RewardTerm[])[]) => readonly number[] | null,
): (number | null)[][] {
  return groups.map((group) => {
    const comparable = group.filter((terms) => terms !== null);
    const advantages = comparable.length < 2 ? null : estimate(comparable);
    let place = 0;
    return group.map((terms) => (terms === null || advantages === null ? null : advantages[place++]!));
  });
}

/** {@link withinGroups} for estimators that look at the composite reward alone. */
export function ofComposites(
  groups: readonly (readonly EpisodeTerms[])[],
  advantageOf: (reward: number, group: { mean: number; deviation: number; size: number }) => number,
): (number | null)[][] {
  return withinGroups(groups, (group) => {
    const rewards = group.map(compositeOf);
    const moments = { ...momentsOf(rewards), size: rewards.length };
    return moments.deviation === 0 ? null : rewards.map((reward) => advantageOf(reward, moments));
  });
}
