import type { Planner } from '@rsim/core';
import type { CreditedEpisode } from './credit-episodes.js';
import type { PolicyStatistics } from './policy-loss.js';

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
  /**
   * λ of rSIM's joint objective: what the advantages are multiplied by; 1 by default. Adam takes the gradient's scale out
   * again, so it weighs the advantages against the entropy bonus and the limit on the gradient's length.
   */
  readonly weight?: number;
}

/** All episodes of one iteration, grouped by problem. */
export interface TrainingBatch {
  readonly groups: readonly (readonly CreditedEpisode[])[];
  readonly settings: UpdateSettings;
}

/** What an update did. */
export interface UpdateReport {
  /**
   * Means over all passes and decisions, extremes over all passes; entropy as the first pass found it,
   * divergence as the last one did. `null` when there was nothing to learn from, and nothing changed.
   */
  readonly policy: PolicyStatistics | null;
  /** Length of the gradient before clipping, mean over passes; `null` as above. */
  readonly gradientNorm: number | null;
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
