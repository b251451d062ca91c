import type { Episode, RewardRule, Role } from '@rsim/core';

/**
 * One role's reward for an episode: the weighted sum of what the role's rules scored. `null` when any of them is
 * unscored, or when the role has no rule: such an episode cannot be compared with its group, so nothing may be learnt
 * from it. Rules of weight 0 are reported only and do not count.
 */
export function compositeReward(
  { rewards }: Pick<Episode, 'rewards'>,
  rules: readonly RewardRule[],
  role: Role,
): number | null {
  const counted = rules.filter((rule) => rule.role === role && rule.weight !== 0);
  if (counted.length === 0) return null;
  let sum = 0;
  for (const { name, weight } of counted) {
    const score = rewards[role][name] ?? null;
    if (score === null) return null;
    sum += weight * score;
  }
  return sum;
}
