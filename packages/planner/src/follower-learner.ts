import type { Episode, TokenScorer, TrainableFollower } from '@rsim/core';
import { followerTrainingSettings, type FollowerTrainingSettings } from './follower-training-settings.js';
import { updateFollower, type FollowerUpdateReport } from './follower-update.js';
import type { RewardedEpisode, RewardTerm } from './trainable-planner.js';

/** The follower's part in a stage of training. */
export interface FollowerRole {
  readonly follower: TrainableFollower;
  /** What an episode was worth to the follower, rule by rule; `null`: nothing may be learned from it. */
  readonly terms: (episode: Episode) => readonly RewardTerm[] | null;
  readonly settings: Partial<FollowerTrainingSettings>;
}

/** A follower that learns in a stage, and the follower it was when the stage began. */
export class FollowerLearner {
  readonly settings: FollowerTrainingSettings;
  readonly #reference: TokenScorer | null;

  /** To be made before a checkpoint is taken up: the KL term is measured from the weights the stage began with. */
  constructor(
    private readonly role: FollowerRole,
    private readonly temperature: number,
  ) {
    this.settings = followerTrainingSettings(role.settings, temperature);
    this.#reference = this.settings.klWeight > 0 ? role.follower.freeze() : null;
  }

  get follower(): TrainableFollower {
    return this.role.follower;
  }

  /** @param progress of the stage, from 0 to 1 */
  update(groups: readonly (readonly Episode[])[], progress: number): Promise<FollowerUpdateReport> {
    const { finalLearningRate, learningRate, ...settings } = this.settings;
    const rewarded = groups.map((group) =>
      group.map((episode): RewardedEpisode => ({ episode, terms: this.role.terms(episode) })),
    );
    const rate = learningRate * (1 + (finalLearningRate - 1) * progress);
    return updateFollower(this.role.follower, {
      groups: rewarded,
      settings: { ...settings, learningRate: rate, temperature: this.temperature },
      reference: this.#reference,
    });
  }
}
