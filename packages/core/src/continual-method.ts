import type { Episode } from './episode.js';
import type { Planner } from './planner.js';

/** An episode as an update learns from it: plain data, of which a method may keep all and need read no more than this. */
export interface LearnableEpisode {
  readonly episode: Episode;
}

/** All rollouts of one problem: kept and drawn whole, so that whatever compares them still can. */
export type EpisodeGroup = readonly LearnableEpisode[];

/** What the leader is to go on saying in an episode that lies behind it. */
export interface Rehearsal {
  readonly episode: Episode;
  /**
   * For each step the distribution over strategies to stay near to, in the strategy set's order; `null` where there is
   * nothing to keep.
   */
  readonly targets: readonly (readonly number[] | null)[];
  /** How much each of its decisions counts beside a new one. */
  readonly weight: number;
}

/** What a method adds to one update of the leader. */
export interface ContinualUpdate {
  /** Groups of earlier updates that reinforcement learns from besides the new ones. */
  readonly groups?: readonly EpisodeGroup[];
  /** The cross-entropy to their targets is added to the loss. */
  readonly rehearsals?: readonly Rehearsal[];
}

/** Weights, or a number for each of them, by the weight's name. */
export type NamedWeights = Readonly<Record<string, Float32Array>>;

/** What a continual-learning method may use of the leader that learns. */
export interface ContinualLearner extends Planner {
  /** The weights themselves: they change with every update. */
  readonly weights: NamedWeights;
  /** A leader with a copy of these weights, which decides and never learns. */
  frozen(weights: NamedWeights): Planner;
  /**
   * Diagonal of the Fisher information of the leader's decisions, mean over the decisions of `episodes`, by weight name.
   * @param seed Names the random stream of the estimate.
   */
  fisher(episodes: readonly Episode[], seed: number): Promise<NamedWeights>;
}

/** All that a method remembers: plain JSON data, and numbers by name. */
export interface ContinualState {
  readonly data: unknown;
  readonly arrays: NamedWeights;
}

/**
 * A way to learn one task after the other without losing the earlier ones. One object lives through the whole sequence.
 * What it does must depend on nothing but its options, its seed, its state and what it is handed, so that a sequence that was
 * stopped and resumed gives the same numbers.
 */
export interface ContinualMethod {
  readonly name: string;
  /**
   * Called before each update with the groups it learns from. Whatever of them is to be remembered is remembered here.
   * @param task Name of the task under way.
   */
  beforeUpdate?(groups: readonly EpisodeGroup[], task: string, learner: ContinualLearner): Promise<ContinualUpdate>;
  /** Adds the slope of a penalty on the weights to `gradient`, in place; called in every gradient step. */
  penalise?(weights: NamedWeights, gradient: NamedWeights): void;
  /** Called when a task is done, before the next begins. */
  afterTask?(task: string, learner: ContinualLearner): Promise<void>;
  /** What is kept, with the planner, in checkpoints; a method that remembers nothing has neither of the two. */
  state?(): ContinualState;
  /** Takes up what `state` gave. */
  restore?(state: ContinualState): void;
}
