import type { RewardTerm } from './reward.js';

/** What one episode was worth to a role, rule by rule; `null` when it cannot be compared with others. */
export type EpisodeTerms = readonly RewardTerm[] | null;

/**
 * Says how much better than expected each episode was for one role, from its rewards alone: serves the leader and the
 * follower alike.
 */
export interface EpisodeEstimator {
  readonly name: string;
  readonly level: 'episode';
  /**
   * @param groups episodes by problem: all that one update learns from.
   * @returns One advantage per episode in the same layout, for all its decisions (or tokens) alike. `null` where nothing may
   * be learned: its terms are `null`, or its rewards tell nothing, as those of a group in which all are alike.
   */
  advantages(groups: readonly (readonly EpisodeTerms[])[]): (number | null)[][];
}

/** An episode with what its role expected at each of its decisions. */
export interface ValuedEpisode {
  readonly terms: EpisodeTerms;
  /** Expected reward from each decision on, as the acting policy saw it. */
  readonly values: readonly number[];
}

/** What there is to learn from one episode, decision by decision. */
export interface StepCredit {
  readonly advantages: readonly number[];
  /** What the values should have been. */
  readonly valueTargets: readonly number[];
}

/** Says how much better than expected each decision was; for a role that estimates values as it decides. */
export interface StepEstimator {
  readonly name: string;
  readonly level: 'step';
  /** @returns The credit of each episode in the same layout, `null` as for {@link EpisodeEstimator.advantages}. */
  credit(groups: readonly (readonly ValuedEpisode[])[]): (StepCredit | null)[][];
}

/** Turns rewards into advantages. Pure: the same groups give the same numbers. */
export type AdvantageEstimator = EpisodeEstimator | StepEstimator;
