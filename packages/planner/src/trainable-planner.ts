import type {
  LearningDevice,
  NamedWeights,
  ObjectiveSettings,
  OptimizerSettings,
  Planner,
  Rehearsal,
} from '@rsim/core';
import type { CreditedEpisode } from './credit-episodes.js';
import type { PolicyStatistics } from './losses/policy-loss.js';
import type { ValueStatistics } from './losses/value-loss.js';
import type { RehearsalStatistics } from './rehearsal-loss.js';

/** How one update learns. What changes over a run (rate, entropy) is the trainer's business. */
export interface UpdateSettings extends ObjectiveSettings, OptimizerSettings {
  /** Passes over the batch. */
  readonly epochs: number;
  /** Gradient steps of one pass: the groups are divided into so many parts. */
  readonly minibatches: number;
  /** Weight of the divergence from a reference policy, for episodes that bring its log-probabilities; 0 by default. */
  readonly kl?: number;
  /** Weight of the value estimate's squared error, for episodes that bring targets; 0.5 by default. */
  readonly valueWeight?: number;
  /** Weight of the entropy bonus. */
  readonly entropy: number;
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
  /** What to go on saying in episodes of the past; spread over the gradient steps of each pass. */
  readonly rehearsals?: readonly Rehearsal[];
  /** Adds the slope of a penalty on the weights to `gradient`, in place, in every gradient step. */
  readonly penalty?: (weights: NamedWeights, gradient: NamedWeights) => void;
}

/** What an update did. */
export interface UpdateReport {
  /**
   * Means over all passes and decisions, extremes over all passes; entropy as the first pass found it,
   * divergence as the last one did. `null` when there was nothing to learn from, and nothing changed.
   */
  readonly policy: PolicyStatistics | null;
  /** How good the value estimates were, as the first pass found them; `null` when none were learned. */
  readonly value: ValueStatistics | null;
  /** Length of the gradient before clipping, mean over passes; `null` as above. */
  readonly gradientNorm: number | null;
  /** Why the update was skipped, e.g. a loss that is no finite number: then it changed nothing. Empty when it was not. */
  readonly skipped: readonly string[];
  /** What was rehearsed, where anything was: decisions of one pass, divergence as the first pass found it. */
  readonly rehearsal?: RehearsalStatistics;
}

/** A planner that learns from episodes and can be kept. */
export interface TrainablePlanner extends Planner {
  /** Number of weights. */
  readonly parameters: number;
  /** Whether its decisions come with an estimate of the reward to come, as estimators by step need. */
  readonly estimatesValue?: boolean;
  /**
   * What it learns on, started if it was not; if not said, nobody knows.
   * @throws ConfigError when it cannot be used.
   */
  learnsOn?(): Promise<LearningDevice>;
  update(batch: TrainingBatch): Promise<UpdateReport>;
  /** The planner as it is now, for good: what a divergence is measured from. */
  freeze?(): Planner;
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
