import type { Follower } from './follower.js';

/** One document and what its tokens are worth; all lists are as long as `tokens`. */
export interface FollowerSequence {
  /** Ids, what was read and what was written. */
  readonly tokens: readonly number[];
  /** Advantage of each token; what the follower did not write itself has 0. */
  readonly advantages: readonly number[];
  /** Log-probability (natural log, temperature 1) of each token when it was written; `null` where it was not written. */
  readonly oldLogProbabilities: readonly (number | null)[];
  /** The same under the reference policy, for the KL term. */
  readonly referenceLogProbabilities?: readonly (number | null)[];
}

/** One policy-gradient step's data and settings. */
export interface FollowerBatch {
  readonly sequences: readonly FollowerSequence[];
  readonly learningRate: number;
  /** The ratio of new to old probability counts within [1 − clip, 1 + clip] (PPO, Schulman et al. 2017, equation 7). */
  readonly clip: number;
  /** Weight of the KL term to the reference, 0 for none (k3, Schulman 2020; as in GRPO, Shao et al. 2024, equation 4). */
  readonly klWeight: number;
}

export interface FollowerUpdate {
  /** Mean over written tokens of what is minimised. */
  readonly loss: number;
  /** Share of written tokens whose ratio was clipped. */
  readonly clipFraction: number;
  /** Mean k3 estimate of the KL divergence to the reference, `null` without one. */
  readonly kl: number | null;
  /** Written tokens. */
  readonly tokens: number;
}

/** A follower that learns. What it writes after an update, it writes with the new weights. */
export interface TrainableFollower extends Follower {
  /**
   * Exact log-probabilities (natural log, temperature 1) of each token given those before it; the first one's is 0.
   * @throws FollowerError when a sequence is longer than the follower can read
   */
  logProbabilities(sequences: readonly (readonly number[])[]): Promise<number[][]>;
  /** Sessions opened before an update are not to be used after it. */
  update(batch: FollowerBatch): Promise<FollowerUpdate>;
  /** Writes weights and the optimiser's state into a folder. */
  save(folder: string): Promise<void>;
  /** @throws CheckpointError when the folder holds no state of this follower */
  load(folder: string): Promise<void>;
}
