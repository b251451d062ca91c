/**
 * The vocabulary of the platform: nouns, ports, errors, random streams, plug-ins, configuration, and the episode loop.
 * Everything else depends on this package; it depends on no machine-learning library.
 */
export type { Budget } from './budget.js';
export { contentKey, splitOf } from './content-key.js';
export { defaultStrategies } from './default-strategies.js';
export type { Episode, EpisodeError, EpisodeStep } from './episode.js';
export * from './errors.js';
export { runEpisodes, type RunEpisodesOptions } from './episode-loop.js';
export type { Follower, FollowerSession, FollowerStep, StepOptions } from './follower.js';
export type { DecideOptions, Decision, Planner, PlannerState } from './planner.js';
export type { Problem, Split } from './problem.js';
export { Random, seedOf, type StreamPart } from './random.js';
export type { RewardRule, Role } from './reward.js';
export type { Strategy, StrategySet } from './strategy.js';
export { terminalStrategy } from './strategy-set.js';
export { take } from './take.js';
export type { ProblemQuery, TaskSuite } from './task-suite.js';
export type { Verdict } from './verdict.js';
