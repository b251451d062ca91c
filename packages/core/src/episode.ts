import type { Decision } from './planner.js';
import type { Verdict } from './verdict.js';

/** One step of an episode: the leader's decision (none when unguided or forced) and what the follower wrote. */
export interface EpisodeStep {
  readonly decision: Decision | null;
  /** Id of the strategy carried out, chosen by leader, by the follower itself (unguided) or forced; `null` if none. */
  readonly strategy: string | null;
  /** True when the limit, not the leader, demanded the answer. */
  readonly forced: boolean;
  readonly text: string;
  /** Ids of the tokens the follower wrote, and their log-probabilities (natural log, temperature 1). */
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly finish: 'stop' | 'answer' | 'length';
  /** Tokens counted against the budget. */
  readonly budgetTokens: number;
}

export interface EpisodeError {
  /** The error vocabulary's code, e.g. `follower-failed`. */
  readonly code: string;
  readonly message: string;
}

/** Everything that happened in one rollout. Plain data: what a person reads and what the learner learns from. */
export interface Episode {
  /** `${problem key}/${sample}`; unique within one iteration or evaluation. */
  readonly key: string;
  readonly problem: {
    readonly key: string;
    readonly suite: string;
    readonly level: number;
    readonly question: string;
    readonly answer: string;
  };
  /** Which of the group's rollouts of this problem, from 0. */
  readonly sample: number;
  readonly seed: number;
  readonly follower: string;
  readonly planner: string | null;
  readonly steps: readonly EpisodeStep[];
  /**
   * `termination`: the leader ended it. `answer`: the unguided follower ended it itself. `step-limit`, `token-limit`:
   * the answer was demanded. `error`: see `error`.
   */
  readonly end: 'termination' | 'answer' | 'step-limit' | 'token-limit' | 'error';
  readonly verdict: Verdict | null;
  /** Rewards by role and rule name; `null` is unscored, never 0. */
  readonly rewards: {
    readonly leader: Readonly<Record<string, number | null>>;
    readonly follower: Readonly<Record<string, number | null>>;
  };
  /** Tokens counted against the budget, all steps together. */
  readonly budgetTokens: number;
  /** Wall time from open to verdict in seconds; shared by the episodes of one wave, so only means are meaningful. */
  readonly seconds: number;
  readonly error: EpisodeError | null;
}
