import type { Episode } from './episode.js';
import type { Follower } from './follower.js';
import type { LearningDevice } from './learning-device.js';
import type { ObjectiveSettings } from './losses/policy-objective.js';
import type { OptimizerSettings } from './optimizer-settings.js';

/** An episode's conversation as the follower evaluated it; both lists are of one length. */
export interface Transcript {
  /** Ids of everything, what was read and what was written. */
  readonly tokens: readonly number[];
  /** Log-probability (natural log, temperature 1) of each written token when it was written; `null` where it was read. */
  readonly logProbabilities: readonly (number | null)[];
}

/** One document and what its tokens are worth; all lists are as long as `tokens`. */
export interface FollowerSequence {
  /** Ids, what was read and what was written. */
  readonly tokens: readonly number[];
  /** Advantage of each token; what the follower did not write itself has 0. */
  readonly advantages: readonly number[];
  /** Log-probability (natural log, at the batch's temperature) of each token when it was written; `null` where it was not. */
  readonly oldLogProbabilities: readonly (number | null)[];
  /** The same under the reference policy, for the KL term. */
  readonly referenceLogProbabilities?: readonly (number | null)[];
}

/** One policy-gradient step's data and settings. A decision of the objective is a written token. */
export interface FollowerBatch extends ObjectiveSettings, OptimizerSettings {
  readonly sequences: readonly FollowerSequence[];
  /** Weight of the KL term to the reference, 0 for none. */
  readonly klWeight: number;
  /** Weight of the bonus on the entropy of the distributions that tokens were drawn from; 0 by default. */
  readonly entropy?: number;
  /**
   * The policy is the softmax of the logits divided by this, as they were sampled; 1 by default. Learning at another
   * temperature than was sampled at would pull the policy towards the sampled one, whatever the advantages say.
   */
  readonly temperature?: number;
}

export interface FollowerUpdate {
  /** What is minimised, aggregated as the batch says. */
  readonly loss: number;
  /** Of the distributions that written tokens are drawn from, before the step; mean over them, in nats. */
  readonly entropy: number;
  /** Share of written tokens whose ratio was clipped; with `gspo` the ratio of their sequence. */
  readonly clipFraction: number;
  /** Mean estimate of the KL divergence to the reference, `null` without one. */
  readonly kl: number | null;
  /** Written tokens. */
  readonly tokens: number;
  /** Smallest and largest ratio of new to old probability; 1 where nothing was written. */
  readonly smallestRatio: number;
  readonly largestRatio: number;
  /** Length of the gradient before clipping, all weights together. */
  readonly gradientNorm: number;
}

/** What gives exact log-probabilities of tokens. */
export interface TokenScorer {
  /**
   * Exact log-probabilities (natural log) of each token given those before it; the first one's is 0.
   * @param temperature what logits are divided by; 1 by default
   * @throws FollowerError when a sequence is longer than the follower can read
   */
  logProbabilities(sequences: readonly (readonly number[])[], temperature?: number): Promise<number[][]>;
}

/** What a follower was at some moment, until it is disposed, which may give its memory to the next that is kept. */
export interface FrozenFollower extends TokenScorer, Disposable {}

/** A follower that learns. What it writes after an update, it writes with the new weights. */
export interface TrainableFollower extends Follower, TokenScorer {
  /** Whether it learns and scores in a thread or process of its own, so that the leader may learn meanwhile; if not said, it does not. */
  readonly learnsApart?: boolean;
  /**
   * What it learns on, started if it was not; if not said, nobody knows.
   * @throws ConfigError when it cannot be used
   */
  learnsOn?(): Promise<LearningDevice>;
  /** The conversation of an episode that this follower lived, or would have, told by its steps. */
  transcript(episode: Pick<Episode, 'problem' | 'steps'>): Transcript;
  /** Sessions opened before an update are not to be used after it. */
  update(batch: FollowerBatch): Promise<FollowerUpdate>;
  /**
   * The weights as they are now: what a KL term is measured from, and, in every update at another temperature than 1, what tells how
   * likely the tokens were that they wrote. Best if it scores while the follower learns.
   */
  freeze(): FrozenFollower;
  /** Writes weights and the optimiser's state into a folder. */
  save(folder: string): Promise<void>;
  /** @throws CheckpointError when the folder holds no state of this follower */
  load(folder: string): Promise<void>;
}
