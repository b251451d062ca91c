import { entropyOf, logSoftmax } from './softmax.js';

/** Decisions to learn from, one entry per row of scores; a row with `action` −1 is none. */
export interface PolicyTargets {
  readonly actions: Int32Array;
  /** Log-probability the acting policy gave the action. */
  readonly oldLogProbabilities: Float64Array;
  readonly advantages: Float64Array;
}

export interface PolicyLossOptions {
  /** Half-width of the trusted range of probability ratios. */
  readonly clip: number;
  /** Weight of the entropy bonus. */
  readonly entropy: number;
}

/** What one pass over a batch showed; means are over decisions. */
export interface PolicyStatistics {
  readonly decisions: number;
  readonly loss: number;
  /** In nats. */
  readonly entropy: number;
  /** Share of decisions whose ratio the clip held. */
  readonly clipFraction: number;
  /** Approximate divergence from the acting policy (estimator k3: ratio − 1 − ln ratio). */
  readonly divergence: number;
  readonly smallestRatio: number;
  readonly largestRatio: number;
}

/**
 * Clipped surrogate objective (PPO, arXiv 1707.06347, equation 7) with an entropy bonus (equation 9), to be minimised:
 *
 *     −mean( min(ρ·A, clip(ρ, 1−ε, 1+ε)·A) + β·H )      ρ = π(a|s) / π_old(a|s)
 *
 * The mean is over all decisions of the batch, not first over those of each episode as in GRPO (arXiv 2402.03300,
 * equation 3): so a decision counts alike in short and long episodes. There is no term for a reference policy.
 *
 * @param logits Scores, [rows, actions] row-major; those of forbidden actions are −∞.
 * @returns Gradient for the scores, and statistics.
 */
export function policyLoss(
  logits: Float32Array,
  targets: PolicyTargets,
  { clip, entropy: bonus }: PolicyLossOptions,
): { gradient: Float32Array; statistics: PolicyStatistics } {
  const { actions } = targets;
  const width = logits.length / actions.length;
  const gradient = new Float32Array(logits.length);
  const decisions = actions.reduce((count, action) => count + (action < 0 ? 0 : 1), 0);
  const total = { loss: 0, entropy: 0, clipped: 0, divergence: 0, smallest: Infinity, largest: 0 };
  for (let row = 0; row < actions.length; row += 1) {
    const action = actions[row]!;
    if (action < 0) continue;
    const logProbabilities = logSoftmax(logits, row * width, width);
    const advantage = targets.advantages[row]!;
    const logRatio = logProbabilities[action]! - targets.oldLogProbabilities[row]!;
    const ratio = Math.exp(logRatio);
    const trusted = Math.min(Math.max(ratio, 1 - clip), 1 + clip);
    const clipped = trusted * advantage < ratio * advantage;
    const entropy = entropyOf(logProbabilities);
    total.loss -= Math.min(ratio * advantage, trusted * advantage) + bonus * entropy;
    total.entropy += entropy;
    total.clipped += clipped ? 1 : 0;
    total.divergence += ratio - 1 - logRatio;
    total.smallest = Math.min(total.smallest, ratio);
    total.largest = Math.max(total.largest, ratio);
    const pull = clipped ? 0 : ratio * advantage;
    for (let other = 0; other < width; other += 1) {
      const logProbability = logProbabilities[other]!;
      if (logProbability === -Infinity) continue;
      const probability = Math.exp(logProbability);
      const chosen = other === action ? 1 : 0;
      const slope = pull * (probability - chosen) + bonus * probability * (logProbability + entropy);
      gradient[row * width + other] = slope / decisions;
    }
  }
  return {
    gradient,
    statistics: {
      decisions,
      loss: total.loss / decisions,
      entropy: total.entropy / decisions,
      clipFraction: total.clipped / decisions,
      divergence: total.divergence / decisions,
      smallestRatio: total.smallest,
      largestRatio: total.largest,
    },
  };
}
