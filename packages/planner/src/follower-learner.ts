import type { Episode, EpisodeEstimator, EpisodeTerms, TokenScorer, TrainableFollower } from '@rsim/core';
import { grpo } from './advantages/grpo.js';
import { creditEpisodes, rewardedGroups, type CreditCounts } from './credit-episodes.js';
import { followerTrainingSettings, type FollowerTrainingSettings } from './follower-training-settings.js';
import type { MadeUpdate } from './made-update.js';
import { learningRateAt, linearAt, type StageMoment } from './schedule.js';
import { updateFollower, type FollowerUpdateReport } from './follower-update.js';

/** The follower's part in a stage of training. */
export interface FollowerRole {
  readonly follower: TrainableFollower;
  /** What an episode was worth to the follower, rule by rule; `null`: nothing may be learned from it. */
  readonly terms: (episode: Episode) => EpisodeTerms;
  /** How rewards become advantages; GRPO's by default. */
  readonly estimator?: EpisodeEstimator;
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

  async update(
    groups: readonly (readonly Episode[])[],
    moment: StageMoment,
  ): Promise<MadeUpdate<CreditCounts & FollowerUpdateReport>> {
    const { finalLearningRate: _, warmUp: __, finalEntropy, ...settings } = this.settings;
    const { estimator = grpo, follower, terms } = this.role;
    const credit = creditEpisodes(rewardedGroups(terms, groups), estimator);
    const learningRate = learningRateAt(this.settings, moment);
    const entropy = settings.entropy * linearAt(1, finalEntropy, moment);
    const batch = {
      groups: credit.groups,
      settings: { ...settings, learningRate, entropy, temperature: this.temperature },
      reference: this.#reference,
    };
    return { batch, report: { ...credit.counts, ...(await updateFollower(follower, batch)) } };
  }
}
