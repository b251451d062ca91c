import { aggregationWeights, type AggregationName } from './aggregation.js';
import { divergences, type DivergenceName } from './divergence.js';
import { surrogates, type ClipRange, type DecisionSequence, type SurrogateName } from './surrogate.js';

/** What is minimised, of either role. Plain data. */
export interface PolicyObjective {
  readonly surrogate: SurrogateName;
  readonly clip: ClipRange;
  readonly aggregation: AggregationName;
  /** Weight of the divergence from the reference, and how it is estimated; 0 for none. */
  readonly divergenceWeight: number;
  readonly divergence: DivergenceName;
}

/** One decision's part in the objective. */
export interface PolicyTerm {
  /** Weight of the decision in the loss. */
  readonly weight: number;
  /** Slope of the loss by its log-probability; the weight is in it. */
  readonly slope: number;
}

/** What one pass over a batch showed; means are over decisions. */
export interface ObjectiveStatistics {
  readonly decisions: number;
  /** What is minimised: aggregated as the objective says, the divergence's term included. */
  readonly loss: number;
  /** Share of decisions whose ratio the clip held. */
  readonly clipFraction: number;
  /** Approximate divergence from the acting policy (k3: ratio − 1 − ln ratio, of single decisions). */
  readonly divergence: number;
  /** Estimated divergence from the reference; `null` without one. */
  readonly referenceDivergence: number | null;
  /** Of the surrogate's ratios. */
  readonly smallestRatio: number;
  readonly largestRatio: number;
}

/**
 * The objective and its slopes over a batch, in nothing but log-probabilities: they serve a leader's decisions and a
 * follower's tokens alike, and whatever network gives the log-probabilities.
 *
 * @returns The terms of each sequence's decisions, and statistics.
 */
export function policyObjective(
  sequences: readonly DecisionSequence[],
  objective: PolicyObjective,
): { readonly terms: readonly (readonly PolicyTerm[])[]; readonly statistics: ObjectiveStatistics } {
  const weights = aggregationWeights(
    sequences.map(({ advantages }) => advantages.length),
    objective.aggregation,
  );
  const total = { decisions: 0, loss: 0, clipped: 0, divergence: 0, smallest: Infinity, largest: 0 };
  const reference = { decisions: 0, divergence: 0 };
  const terms = sequences.map((sequence, index) => {
    const weight = weights[index]!;
    return surrogates[objective.surrogate](sequence, objective.clip).map((term, place) => {
      const current = sequence.logProbabilities[place]!;
      const old = sequence.oldLogProbabilities[place]!;
      total.decisions += 1;
      total.loss += weight * term.loss;
      total.clipped += term.isClipped ? 1 : 0;
      total.divergence += divergences.k3(old, current).value;
      total.smallest = Math.min(total.smallest, term.ratio);
      total.largest = Math.max(total.largest, term.ratio);
      const referred = sequence.referenceLogProbabilities?.[place];
      if (referred === undefined) return { weight, slope: weight * term.slope };
      const { value, slope } = divergences[objective.divergence](current, referred);
      reference.decisions += 1;
      reference.divergence += value;
      total.loss += weight * objective.divergenceWeight * value;
      return { weight, slope: weight * (term.slope + objective.divergenceWeight * slope) };
    });
  });
  return {
    terms,
    statistics: {
      decisions: total.decisions,
      loss: total.loss,
      clipFraction: total.clipped / total.decisions,
      divergence: total.divergence / total.decisions,
      referenceDivergence: reference.decisions === 0 ? null : reference.divergence / reference.decisions,
      smallestRatio: total.smallest,
      largestRatio: total.largest,
    },
  };
}
