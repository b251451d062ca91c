import { ConfigError } from '@rsim/core';
import type { AdvantageEstimator, Episode, EpisodeTerms, Planner, StrategySet } from '@rsim/core';
import { grpo } from './advantages/grpo.js';
import { checkEstimator, creditEpisodes, rewardedGroups, type CreditCounts } from './credit-episodes.js';
import type { MadeUpdate } from './made-update.js';
import { withReference } from './reference-log-probabilities.js';
import type { TrainablePlanner, UpdateReport, UpdateSettings } from './trainable-planner.js';

/** The leader's part in a stage of training. */
export interface LeaderRole {
  readonly planner: TrainablePlanner;
  readonly strategySet: StrategySet;
  /** What an episode was worth to the leader, rule by rule; `null`: nothing may be learned from it. */
  readonly leaderTerms: (episode: Episode) => EpisodeTerms;
  /** Turns these into advantages; GRPO's by default. */
  readonly estimator?: AdvantageEstimator;
  /** What the divergence's term of the loss is measured from; by default the planner as it was when the stage began. */
  readonly reference?: Planner;
}

/** A leader that learns in a stage, and what it is not to stray from. */
export class LeaderLearner {
  readonly #reference: Planner | null;

  /**
   * To be made before a checkpoint is taken up: the divergence is measured from the weights that the stage began with.
   * @param kl weight of the divergence's term; 0 for none
   * @throws ConfigError when the planner cannot do what the estimator or the divergence needs
   */
  constructor(
    private readonly role: LeaderRole,
    kl: number,
  ) {
    checkEstimator(role.estimator ?? grpo, role.planner);
    this.#reference = kl > 0 ? (role.reference ?? frozen(role.planner)) : null;
  }

  async update(
    groups: readonly (readonly Episode[])[],
    settings: UpdateSettings,
  ): Promise<MadeUpdate<CreditCounts & UpdateReport>> {
    const { planner, strategySet, leaderTerms, estimator = grpo } = this.role;
    const credit = creditEpisodes(rewardedGroups(leaderTerms, groups), estimator);
    const credited =
      this.#reference === null ? credit.groups : await withReference(credit.groups, this.#reference, strategySet);
    const batch = { groups: credited, settings };
    return { batch, report: { ...credit.counts, ...(await planner.update(batch)) } };
  }
}

/** @throws ConfigError when the planner cannot be kept as it is. */
function frozen(planner: TrainablePlanner): Planner {
  if (planner.freeze !== undefined) return planner.freeze();
  throw new ConfigError(`planner "${planner.name}" cannot be frozen, which training setting kl needs`, {
    remedy: 'Set training.kl=0, or use a planner that can, e.g. gru.',
  });
}
