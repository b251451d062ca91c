import { logSoftmax } from './softmax.js';

/** Decisions to go on making, one entry per row of scores; `null` is none. */
export interface RehearsalTargets {
  readonly distributions: readonly (readonly number[] | null)[];
  /** How much each row counts. */
  readonly weights: Float64Array;
}

export interface RehearsalStatistics {
  readonly decisions: number;
  /** Mean KL(target ‖ planner) over the decisions, in nats. */
  readonly divergence: number;
}

/**
 * Adds to `gradient` that of the weighted cross-entropy to target distributions, which is that of their divergence
 * KL(target ‖ planner): distillation (Hinton et al., arXiv 1503.02531) where the target is what an earlier planner said,
 * and behaviour cloning where it is one choice.
 *
 * @param logits Scores, [rows, actions] row-major; those of forbidden actions are −∞.
 * @param decisions What a row is divided by: the number of new decisions beside which it stands.
 */
export function addRehearsalGradient(
  gradient: Float32Array,
  logits: Float32Array,
  { distributions, weights }: RehearsalTargets,
  decisions: number,
): RehearsalStatistics {
  const width = logits.length / distributions.length;
  let count = 0;
  let divergence = 0;
  for (const [row, target] of distributions.entries()) {
    if (target === null) continue;
    const logProbabilities = logSoftmax(logits, row * width, width);
    count += 1;
    for (let action = 0; action < width; action += 1) {
      const logProbability = logProbabilities[action]!;
      if (logProbability === -Infinity) continue;
      const wanted = target[action]!;
      if (wanted > 0) divergence += wanted * (Math.log(wanted) - logProbability);
      gradient[row * width + action]! += (weights[row]! / decisions) * (Math.exp(logProbability) - wanted);
    }
  }
  return { decisions: count, divergence: count === 0 ? 0 : divergence / count };
}
