import type { PlannerState } from '@rsim/core';
import type { GruShape } from './gru-parameters.js';
import type { Parameters } from './parameters.js';
import type { TextVectors } from './segment-source.js';
import type { ChoiceLayout, Trajectory } from './trajectory.js';
import type { TransformerOrigin } from './transformer/transformer-origin.js';

/** Reads the outputs at every choice, [choiceLength · trajectories, outputs], and returns the loss's gradient for them. */
export type OutputLoss = (outputs: Float32Array) => Float32Array;

/** What another thread makes a network again from, but for its weights: plain data, small, and the same for the same network. */
export type NetworkOrigin =
  | { readonly kind: 'gru'; readonly shape: GruShape }
  | { readonly kind: 'encoder'; readonly shape: GruShape; readonly strategies: readonly string[] }
  | TransformerOrigin;

/** What is kept of a network beside its weights. */
export interface NetworkFacts {
  /** Whether it estimates values. */
  readonly value: boolean;
  /** What the learned weights stand on and mean nothing without, e.g. a checksum of frozen ones. */
  readonly fingerprint?: string;
}

/**
 * A network that scores strategies in every state of an episode: all that differs between planners that learn. Whoever has
 * one gets decisions, losses, the optimiser, the learner's thread, checkpoints and continual learning from
 * {@link NetworkPlanner}. Its outputs are a score for each strategy and, last, the value estimate where it makes one. Arrays whose
 * names begin with `output.` end with a column for each output.
 */
export interface PolicyNetwork {
  readonly origin: NetworkOrigin;
  readonly facts: NetworkFacts;
  /** Number of strategies. */
  readonly actions: number;
  /** Whether one more output, the last, estimates the reward to come. */
  readonly value: boolean;
  /** What learning rates are multiplied by; 1 by default. */
  readonly learningRateScale?: number;
  /** The weights that learning changes, in place. */
  readonly parameters: Parameters;
  /** Outputs in each state, [outputs] each; in arrays of the caller's own. */
  outputs(states: readonly PlannerState[]): Promise<readonly Float64Array[]>;
  /** Weights have changed: drops what was computed with the old ones. */
  forget(): void;
  /** Lays out trajectories of which each has at least one choice. */
  layOut(trajectories: readonly Trajectory[]): ChoiceLayout | Promise<ChoiceLayout>;
  /** What laying them out needs and another thread cannot compute itself: vectors of texts, where it needs any. */
  vectors?(trajectories: readonly Trajectory[]): Promise<TextVectors | undefined>;
  /**
   * Gradient of a loss on the outputs of what {@link layOut} gave, for every weight. It is computed on the tfjs backend that is
   * set, and leaves nothing there.
   */
  gradient(layout: ChoiceLayout, loss: OutputLoss): Promise<Parameters>;
  /** Another one that differs in nothing but having weights of its own. */
  copy(): PolicyNetwork;
}
