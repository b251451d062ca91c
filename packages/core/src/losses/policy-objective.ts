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

/** How a role's policy may move, as a configuration gives it. */
export interface ObjectiveSettings {
  /** How far the policy is trusted to move; see `surrogates`. `ppo` by default. */
  readonly loss?: SurrogateName;
  /** Half-width of the trusted range of probability ratios, or its part below 1 where `clipHigh` is given. */
  readonly clip: number;
  /** The part above 1. */
  readonly clipHigh?: number;
  /** How decisions' losses become one; see `aggregations`. `decision` by default. */
  readonly aggregation?: AggregationName;
  /** How the divergence from a reference is estimated; see `divergences`. `k3` by default. */
  readonly klEstimator?: DivergenceName;
}

/** The objective with defaults filled in. */
export function objectiveOf(
  { loss = 'ppo', clip, clipHigh = clip, aggregation = 'decision', klEstimator = 'k3' }: ObjectiveSettings,
  divergenceWeight: number,
): PolicyObjective {
  return {
    ...{ surrogate: loss, clip: { below: clip, above: clipHigh }, aggregation },
    ...{ divergenceWeight, divergence: klEstimator },
  };
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
  /** Of the surrogate's ratios; 1 where there are no decisions. */
  readonly smallestRatio: number;
  readonly largestRatio: number;
}

/**
 * The objective and its slopes over a batch, in nothing but log-probabilities: they serve a leader's decisions and a
 * follower's tokens alike, and whatever network gives the log-probabilities. Sequences come one by one, for a network that has
 * not room for all at once.
 */
export class ObjectivePass {
  readonly #weights: readonly number[];
  readonly #total = { decisions: 0, loss: 0, clipped: 0, divergence: 0, smallest: Infinity, largest: 0 };
  readonly #reference = { decisions: 0, divergence: 0 };

  /** @param lengths of all sequences of the batch, in decisions */
  constructor(
    lengths: readonly number[],
    private readonly objective: PolicyObjective,
  ) {
    this.#weights = aggregationWeights(lengths, objective.aggregation);
  }

  /** The terms of a sequence's decisions. @param index its place in the batch */
  add(index: number, sequence: DecisionSequence): PolicyTerm[] {
    const { surrogate, clip, divergence, divergenceWeight } = this.objective;
    const [weight, total, reference] = [this.#weights[index]!, this.#total, this.#reference];
    return surrogates[surrogate](sequence, clip).map((term, place) => {
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
      const { value, slope } = divergences[divergence](current, referred);
      reference.decisions += 1;
      reference.divergence += value;
      total.loss += weight * divergenceWeight * value;
      return { weight, slope: weight * (term.slope + divergenceWeight * slope) };
    });
  }

  /** Of the sequences so far. */
  get statistics(): ObjectiveStatistics {
    const [total, reference] = [this.#total, this.#reference];
    const count = Math.max(1, total.decisions);
    return {
      decisions: total.decisions,
      loss: total.loss,
      clipFraction: total.clipped / count,
      divergence: total.divergence / count,
      referenceDivergence: reference.decisions === 0 ? null : reference.divergence / reference.decisions,
      smallestRatio: total.decisions === 0 ? 1 : total.smallest,
      largestRatio: total.decisions === 0 ? 1 : total.largest,
    };
  }
}

/**
 * The objective over a batch that is there as a whole.
 *
 * @returns The terms of each sequence's decisions, and statistics.
 */
export function policyObjective(
  sequences: readonly DecisionSequence[],
  objective: PolicyObjective,
): { readonly terms: readonly (readonly PolicyTerm[])[]; readonly statistics: ObjectiveStatistics } {
  const pass = new ObjectivePass(
    sequences.map(({ advantages }) => advantages.length),
    objective,
  );
  const terms = sequences.map((sequence, index) => pass.add(index, sequence));
  return { terms, statistics: pass.statistics };
}
