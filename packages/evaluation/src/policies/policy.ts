import type { Episode, Follower, Planner, Problem, StrategySet, TaskSuite } from '@rsim/core';
import type { Outcome, StepJudge } from '../outcome.js';

/** Which episodes a policy asks for; everything else (budget, temperature, seeds) is the same for all policies. */
export interface RolloutRequest {
  /** `null`: the follower goes on as it likes. */
  readonly planner: Planner | null;
  /** Whether the planner takes its most probable strategy; false by default. */
  readonly greedy?: boolean;
  /** Episodes per problem; 1 by default. */
  readonly samples?: number;
  /** All of the setting's problems by default. */
  readonly problems?: readonly Problem[];
  /** The setting's streams by default: the same ones of the follower for every policy. */
  readonly seed?: number;
}

/** Where a policy is to be tried: one suite, one follower, one seed, one try, and the problems all policies share. */
export interface PolicySetting {
  readonly suite: TaskSuite;
  readonly follower: Follower;
  /** Evaluation seed: tells which of several trained planners is meant. */
  readonly seed: number;
  /** Seed of all random streams, one for each seed and try of the problems. */
  readonly streams: number;
  readonly problems: readonly Problem[];
  readonly strategySet: StrategySet;
  readonly judge?: StepJudge;
  /** Outcomes of the policies named in `after`, in the same setting. */
  readonly before: ReadonlyMap<string, readonly Outcome[]>;
  /** Runs episodes; one per problem and sample, in that order. */
  rollout(request: RolloutRequest): Promise<readonly Episode[]>;
}

/** One way to answer problems with a follower. */
export interface Policy {
  readonly name: string;
  /** Follower the policy's planner was trained with; `null` where nothing was trained. */
  readonly trainedOn: string | null;
  /** Names of the policies whose outcomes it needs first. */
  readonly after: readonly string[];
  /** Whatever tells two policies of one name apart, e.g. the hash of a checkpoint; stored cells are found by it. */
  readonly fingerprint: string;
  /** One outcome per problem of the setting, in its order. */
  run(setting: PolicySetting): Promise<readonly Outcome[]>;
}

/** A planner, or one for each setting, e.g. the planner trained with the setting's seed. */
export type PlannerSource = Planner | ((setting: PolicySetting) => Planner);

/** A trained planner and where it comes from. */
export interface TrainedPlanner {
  readonly planner: PlannerSource;
  /** Name of the follower it was trained with. */
  readonly trainedOn: string | null;
  /** E.g. the hash of its checkpoint; of all of them where `planner` is a function. */
  readonly fingerprint?: string;
}

export function plannerFor(source: PlannerSource, setting: PolicySetting): Planner {
  return typeof source === 'function' ? source(setting) : source;
}
