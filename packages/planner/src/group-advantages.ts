/** Keeps the division defined, and near-equal rewards from being blown up. */
const deviationEpsilon = 1e-4;
/** Rewards are sums of small decimals; differences below this are rounding. */
const noDifference = 1e-9;

/**
 * Group-normalised advantages (GRPO, arXiv 2402.03300, section 4.1.2): how much better than its group's mean each rollout
 * of one problem was, in standard deviations (of a sample, as n − 1).
 *
 * @returns One advantage per reward, or `null` when all rewards are alike, so that the group says nothing.
 */
export function groupAdvantages(rewards: readonly number[]): number[] | null {
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (rewards.length - 1));
  if (!(deviation > noDifference)) return null;
  return rewards.map((reward) => (reward - mean) / (deviation + deviationEpsilon));
}
