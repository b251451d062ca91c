import { policyObjective } from '@rsim/core';
import type { DecisionSequence, ObjectiveStatistics, PolicyObjective } from '@rsim/core';
import { entropyOf, logSoftmax } from '../softmax.js';

/** Decisions to learn from, one entry per row of scores, time first; a row with `action` −1 is none. */
export interface PolicyTargets {
  readonly actions: Int32Array;
  /** Episodes side by side: row `time · episodes + episode`. */
  readonly episodes: number;
  /** Log-probability the acting policy gave the action. */
  readonly oldLogProbabilities: Float64Array;
  readonly advantages: Float64Array;
  /** Log-probability the reference gives the action; `null` in the rows of episodes without a reference. */
  readonly referenceLogProbabilities: ArrayLike<number | null>;
}

export interface PolicyLossOptions {
  readonly objective: PolicyObjective;
  /** Weight of the entropy bonus. */
  readonly entropy: number;
}

/** What one pass over a batch showed; means are over decisions. */
export interface PolicyStatistics extends ObjectiveStatistics {
  /** In nats. */
  readonly entropy: number;
}

/**
 * The objective of {@link policyObjective} with an entropy bonus for each decision (PPO, arXiv 1707.06347, equation 9), to
 * be minimised, on the scores of a network.
 *
 * @param logits Scores, [rows, actions] row-major; those of forbidden actions are −∞.
 * @returns Gradient for the scores, and statistics.
 */
export function policyLoss(
  logits: Float32Array,
  targets: PolicyTargets,
  { objective, entropy: bonus }: PolicyLossOptions,
): { gradient: Float32Array; statistics: PolicyStatistics } {
  const { actions } = targets;
  const width = logits.length / actions.length;
  const rows = rowsByEpisode(targets);
  const distributions = rows.map((own) => own.map((row) => logSoftmax(logits, row * width, width)));
  const sequences = rows.map((own, episode) =>
    sequenceOf(
      own,
      targets,
      own.map((row, place) => distributions[episode]![place]![actions[row]!]!),
    ),
  );
  const { terms, statistics } = policyObjective(sequences, objective);
  const gradient = new Float32Array(logits.length);
  let [entropies, entropyLoss] = [0, 0];
  for (const [episode, own] of rows.entries()) {
    for (const [place, row] of own.entries()) {
      const { weight, slope } = terms[episode]![place]!;
      const logProbabilities = distributions[episode]![place]!;
      const entropy = entropyOf(logProbabilities);
      entropies += entropy;
      entropyLoss -= weight * bonus * entropy;
      for (let other = 0; other < width; other += 1) {
        const logProbability = logProbabilities[other]!;
        if (logProbability === -Infinity) continue;
        const probability = Math.exp(logProbability);
        const chosen = other === actions[row] ? 1 : 0;
        gradient[row * width + other] =
          slope * (chosen - probability) + weight * bonus * probability * (logProbability + entropy);
      }
    }
  }
  return {
    gradient,
    statistics: {
      ...statistics,
      loss: statistics.loss + entropyLoss,
      entropy: entropies / statistics.decisions,
    },
  };
}

/** The rows of each episode's decisions, in order. */
function rowsByEpisode({ actions, episodes }: PolicyTargets): number[][] {
  const rows: number[][] = Array.from({ length: episodes }, () => []);
  for (const [row, action] of actions.entries()) if (action >= 0) rows[row % episodes]!.push(row);
  return rows;
}

function sequenceOf(
  rows: readonly number[],
  { oldLogProbabilities, advantages, referenceLogProbabilities }: PolicyTargets,
  logProbabilities: readonly number[],
): DecisionSequence {
  const at = (values: Float64Array) => rows.map((row) => values[row]!);
  const references = rows.map((row) => referenceLogProbabilities[row] ?? null);
  return {
    logProbabilities,
    oldLogProbabilities: at(oldLogProbabilities),
    advantages: at(advantages),
    ...(references.every((value) => value !== null) && { referenceLogProbabilities: references }),
  };
}
