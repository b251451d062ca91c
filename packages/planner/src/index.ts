/** The default leader, a small recurrent network that reads text, and how it is trained. */
export { backendNames, useBackend, type BackendName } from './backend.js';
export { ContinualPlanner } from './continual/continual-planner.js';
export { trainTasks, type TaskStep, type TrainTasksOptions } from './continual/train-tasks.js';
export { GruPlanner } from './gru-planner.js';
export { imitateDemonstrations, type ImitatingPlanner, type ImitationOptions } from './imitate-demonstrations.js';
export type { ImitationStatistics } from './imitation-loss.js';
export { demonstrationOf, type Demonstration, type ImitationBatch } from './imitation-update.js';
export { gruPlannerOptionsSchema, type GruPlannerInput, type GruPlannerOptions } from './planner-options.js';
export { plannersPlugin } from './plugin.js';
export type { PolicyStatistics } from './policy-loss.js';
export type {
  RewardedEpisode,
  RewardNormalisation,
  RewardTerm,
  TrainablePlanner,
  TrainingBatch,
  UpdateReport,
  UpdateSettings,
} from './trainable-planner.js';
export { trainPlanner, type TrainingOutcome, type TrainPlannerOptions } from './train-planner.js';
export type { TrainingRecord } from './training-record.js';
export { defaultTraining, type TrainingInput, type TrainingSettings } from './training-settings.js';
export type { Trajectory } from './trajectory-batch.js';
