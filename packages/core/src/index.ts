/**
 * The vocabulary of the platform: nouns, ports, errors, random streams, plug-ins, configuration, and the episode loop.
 * Everything else depends on this package; it depends on no machine-learning library.
 */
export type {
  AdvantageEstimator,
  EpisodeEstimator,
  EpisodeTerms,
  StepCredit,
  StepEstimator,
  ValuedEpisode,
} from './advantage-estimator.js';
export type { Budget } from './budget.js';
export {
  configJsonSchema,
  defineConfig,
  parseConfig,
  rsimConfigSchema,
  type RsimConfig,
  type RsimConfigInput,
} from './config.js';
export { applyOverrides } from './config-overrides.js';
export type {
  ContinualLearner,
  ContinualMethod,
  ContinualState,
  ContinualUpdate,
  EpisodeGroup,
  LearnableEpisode,
  NamedWeights,
  Rehearsal,
} from './continual-method.js';
export { contentKey, splitOf, splitOfProblem } from './content-key.js';
export { checkCurriculum, drawLevels, levelWeights, type Curriculum } from './curriculum.js';
export { defaultStrategies } from './default-strategies.js';
export { runEpisodes, type RunEpisodesOptions } from './episode-loop.js';
export type { Episode, EpisodeError, EpisodeStep } from './episode.js';
export * from './errors.js';
export { refuseFailures } from './failed-episodes.js';
export type { Follower, FollowerSession, FollowerStep, FollowerUsage, StepOptions } from './follower.js';
export type { JournalRecord } from './journal-record.js';
export type { LearningDevice } from './learning-device.js';
export { aggregations, aggregationWeights, type AggregationName } from './losses/aggregation.js';
export { divergences, type DivergenceName, type DivergenceTerm } from './losses/divergence.js';
export {
  ObjectivePass,
  objectiveOf,
  policyObjective,
  type ObjectiveSettings,
  type ObjectiveStatistics,
  type PolicyObjective,
  type PolicyTerm,
} from './losses/policy-objective.js';
export {
  surrogates,
  type ClipRange,
  type DecisionSequence,
  type SurrogateName,
  type SurrogateTerm,
} from './losses/surrogate.js';
export { suggest } from './nearest.js';
export type { OptimizerSettings } from './optimizer-settings.js';
export { parseWith } from './parse.js';
export type { DecideOptions, Decision, Planner, PlannerState } from './planner.js';
export {
  definePlugin,
  defineProvider,
  providerKinds,
  type DownloadProgress,
  type Plugin,
  type Provider,
  type ProviderContext,
  type ProviderKind,
  type ProviderProducts,
} from './plugin.js';
export { PluginRegistry, type BrokenPlugin, type ProviderEntry } from './plugin-registry.js';
export type { Problem, Split } from './problem.js';
export { Random, seedOf, type StreamPart } from './random.js';
export type { RewardRule, RewardTerm, Role } from './reward.js';
export type { Strategy, StrategySet } from './strategy.js';
export { terminalStrategy } from './strategy-set.js';
export type { SuiteCard } from './suite-card.js';
export { take } from './take.js';
export type { ProblemQuery, SuiteException, TaskSuite } from './task-suite.js';
export type { RunEnding, SyncReport, TrackedRun, Tracker, TrackerSession } from './tracker.js';
export type {
  FollowerBatch,
  FollowerSequence,
  FollowerUpdate,
  FrozenFollower,
  TokenScorer,
  TrainableFollower,
  Transcript,
} from './trainable-follower.js';
export { token, TOKENS } from './tokens.js';
export { validate, validateProblems, type RefusedGold, type Validation } from './validate.js';
export type { Verdict } from './verdict.js';
