import type { Episode, RewardRule } from '@rsim/core';

/**
 * What each rollout of one group was worth to the leader: the weighted sum of the leader's rules. Only rollouts that the
 * same rules scored can be compared, so one that lacks a score another of its group has (its verifier timed out, it
 * ended in an error) gets `null`, not a lower sum.
 */
export function leaderRewards(group: readonly Episode[], rules: readonly RewardRule[]): (number | null)[] {
  const scoreOf = (episode: Episode, rule: RewardRule) => episode.rewards.leader[rule.name] ?? null;
  const scoring = rules.filter(
    (rule) => rule.role === 'leader' && group.some((episode) => scoreOf(episode, rule) !== null),
  );
  return group.map((episode) => {
    if (scoring.length === 0) return null;
    let total = 0;
    for (const rule of scoring) {
      const score = scoreOf(episode, rule);
      if (score === null) return null;
      total += rule.weight * score;
    }
    return total;
  });
}
