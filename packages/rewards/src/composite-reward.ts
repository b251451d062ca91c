import type { Episode, RewardRule, RewardTerm, Role } from '@rsim/core';

/**
 * What the rules of one role scored for an episode, in their order, each with its weight on the episode's suite. `null`
 * when any of them is unscored, or when the role has no rule: such an episode cannot be compared with its group, so nothing
 * may be learnt from it. Rules of weight 0 are reported only and do not count.
 */
export function rewardTerms(
  { rewards, problem }: Pick<Episode, 'rewards' | 'problem'>,
  rules: readonly RewardRule[],
  role: Role,
): RewardTerm[] | null {
  const terms: RewardTerm[] = [];
  for (const rule of rules) {
    const weight = rule.taskWeights?.[problem.suite] ?? rule.weight;
    if (rule.role !== role || weight === 0) continue;
    const score = rewards[role][rule.name] ?? null;
    if (score === null) return null;
    terms.push({ name: rule.name, score, weight });
  }
  return terms.length === 0 ? null : terms;
}

/** One role's reward for an episode: the weighted sum of its terms; `null` where `rewardTerms` is. */
export function compositeReward(
  episode: Pick<Episode, 'rewards' | 'problem'>,
  rules: readonly RewardRule[],
  role: Role,
): number | null {
  const terms = rewardTerms(episode, rules, role);
  return terms === null ? null : terms.reduce((sum, { score, weight }) => sum + weight * score, 0);
}
