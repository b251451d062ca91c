import { logSoftmax } from './softmax.js';

/** Choices to imitate, one entry per row of scores; a row with `action` −1 is none. */
export interface ImitationTargets {
  readonly actions: Int32Array;
  /** How much each row counts. */
  readonly weights: Float64Array;
}

/** What one pass over demonstrations showed, weighted. */
export interface ImitationStatistics {
  readonly choices: number;
  /** Cross-entropy in nats. */
  readonly loss: number;
  /** Share of choices that are the planner's most probable one. */
  readonly agreement: number;
}

/**
 * Weighted cross-entropy of demonstrated choices, to be minimised.
 *
 * @param logits Scores, [rows, actions] row-major; those of forbidden actions are −∞, and a demonstrated one among them
 * is passed over.
 * @returns Gradient for the scores, and statistics.
 */
export function imitationLoss(
  logits: Float32Array,
  targets: ImitationTargets,
): { gradient: Float32Array; statistics: ImitationStatistics } {
  const width = logits.length / targets.actions.length;
  const gradient = new Float32Array(logits.length);
  const total = { choices: 0, weight: 0, loss: 0, agreement: 0 };
  for (let row = 0; row < targets.actions.length; row += 1) {
    const action = targets.actions[row]!;
    if (action < 0 || logits[row * width + action] === -Infinity) continue;
    const weight = targets.weights[row]!;
    const logProbabilities = logSoftmax(logits, row * width, width);
    total.choices += 1;
    total.weight += weight;
    total.loss -= weight * logProbabilities[action]!;
    total.agreement += logProbabilities.every((value) => value <= logProbabilities[action]!) ? weight : 0;
    for (let other = 0; other < width; other += 1) {
      gradient[row * width + other] = weight * (Math.exp(logProbabilities[other]!) - (other === action ? 1 : 0));
    }
  }
  const { weight } = total;
  if (weight === 0) return { gradient, statistics: { choices: 0, loss: 0, agreement: 0 } };
  for (let index = 0; index < gradient.length; index += 1) gradient[index]! /= weight;
  return {
    gradient,
    statistics: { choices: total.choices, loss: total.loss / weight, agreement: total.agreement / weight },
  };
}
