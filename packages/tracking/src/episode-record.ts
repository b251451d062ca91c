import type { Episode } from '@rsim/core';

/** A line of `episodes.jsonl`: an episode and where in the run it happened. */
export interface EpisodeRecord {
  /** What the run was doing, e.g. `train` or `evaluate`. */
  readonly phase: string;
  /** Iteration of the learner; `null` outside training. */
  readonly iteration: number | null;
  /** Name of the policy that played it, e.g. `planner`. */
  readonly policy: string;
  readonly episode: Episode;
}
