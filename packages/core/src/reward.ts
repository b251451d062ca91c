import type { Episode } from './episode.js';

export type Role = 'leader' | 'follower';

/** What one rule scored, and the weight it has there. */
export interface RewardTerm {
  /** Name of the rule. */
  readonly name: string;
  /** Before weighting. */
  readonly score: number;
  readonly weight: number;
}

/** One named reward. Rules see the finished episode (its `rewards` still empty) and nothing else. */
export interface RewardRule {
  readonly name: string;
  readonly role: Role;
  /** Weight in the role's composite reward. */
  readonly weight: number;
  /** Weights on suites, by name, where it has another one there. */
  readonly taskWeights?: Readonly<Record<string, number>>;
  /** The score before weighting, or `null` when this rule has nothing to say of this episode. */
  score(episode: Episode): number | null;
}
