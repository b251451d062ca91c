import type { Episode, NamedWeights, Planner, Rehearsal } from '@rsim/core';
import type { RehearsalStatistics } from './rehearsal-loss.js';
import type { PolicyStatistics } from './policy-loss.js';

/** What one rule scored, and its weight. */
export interface RewardTerm {
  readonly score: number;
  readonly weight: number;
}

/** A rollout and what it was worth to the leader, rule by rule; `null` when it cannot be compared with its group. */
export interface RewardedEpisode {
  readonly episode: Episode;
  readonly terms: readonly RewardTerm[] | null;
}

/**
 * What is normalised within a group: `sum`, the weighted sum of all rewards (GRPO, arXiv 2402.03300), or `each` reward for
 * itself before they are weighted and summed (GDPO, arXiv 2601.05242), so that different mixtures of rewards do not
 * collapse into one advantage.
 */
export type RewardNormalisation = 'sum' | 'each';

/** How one update learns. What changes over a run (rate, entropy) is the trainer's business. */
export interface UpdateSettings {
  /** Passes over the batch. */
  readonly epochs: number;
  /** Gradient steps of one pass: the groups are divided into so many parts. */
  readonly minibatches: number;
  /** Half-width of the trusted range of probability ratios. */
  readonly clip: number;
  readonly learningRate: number;
  /** Weight of the entropy bonus. */
  readonly entropy: number;
  /** Largest length of the gradient, all weights together. */
  readonly maxGradientNorm: number;
  readonly normalisation: RewardNormalisation;
}

/** All rollouts of one iteration, grouped by problem. */
export interface TrainingBatch {
  readonly groups: readonly (readonly RewardedEpisode[])[];
  readonly settings: UpdateSettings;
  /** What to go on saying in episodes of the past; spread over the gradient steps of each pass. */
  readonly rehearsals?: readonly Rehearsal[];
  /** Adds the slope of a penalty on the weights to `gradient`, in place, in every gradient step. */
  readonly penalty?: (weights: NamedWeights, gradient: NamedWeights) => void;
}

/** What an update did. */
export interface UpdateReport {
  readonly groups: {
    readonly used: number;
    /** Groups whose rewards were all alike: they say nothing and are left out. */
    readonly withoutVariance: number;
    /** Groups with fewer than two comparable rollouts. */
    readonly tooSmall: number;
  };
  readonly episodes: {
    readonly used: number;
    /** Rollouts with an error or without a comparable reward. */
    readonly excluded: number;
  };
  /**
   * Means over all passes and decisions, extremes over all passes; entropy as the first pass found it,
   * divergence as the last one did. `null` when there was nothing to learn from, and nothing changed.
   */
  readonly policy: PolicyStatistics | null;
  /** Length of the gradient before clipping, mean over passes; `null` as above. */
  readonly gradientNorm: number | null;
  /** What was rehearsed, where anything was: decisions of one pass, divergence as the first pass found it. */
  readonly rehearsal?: RehearsalStatistics;
}

/** A planner that learns from episodes and can be kept. */
export interface TrainablePlanner extends Planner {
  /** Number of weights. */
  readonly parameters: number;
  update(batch: TrainingBatch): Promise<UpdateReport>;
  /**
   * Writes everything that deciding and further learning depend on into `folder`, which is created.
   * @throws CheckpointError when it cannot be written.
   */
  save(folder: string): Promise<void>;
  /**
   * Takes up what `save` wrote; on an error the planner stays as it was.
   * @throws CheckpointError when it is missing, altered, or of another shape or strategy set.
   */
  load(folder: string): Promise<void>;
}
