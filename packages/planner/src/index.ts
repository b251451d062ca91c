/** The default leader, a small recurrent network that reads text, and how it is trained. */
export { estimators } from './advantages/estimators.js';
export { grpo } from './advantages/grpo.js';
export { ContinualPlanner } from './continual/continual-planner.js';
export { trainTasks, type TaskStep, type TrainTasksOptions } from './continual/train-tasks.js';
export {
  checkEstimator,
  creditEpisodes,
  type CreditCounts,
  type CreditedEpisode,
  type RewardedEpisode,
} from './credit-episodes.js';
export {
  beginningTroubles,
  diagnose,
  diagnosedRecords,
  diagnoses,
  type TrainingWarning,
} from './diagnostics/diagnose.js';
export type { DiagnosedRecord, Diagnosis, StageSection } from './diagnostics/diagnosis.js';
export { readEncoderFolder, type EncoderFolder } from './encoder/encoder-folder.js';
export { encoderPlannerOptionsSchema, type EncoderPlannerInput } from './encoder/encoder-options.js';
export { SentenceEncoder, type EncoderSettings } from './encoder/sentence-encoder.js';
export { GruPlanner } from './gru-planner.js';
export type { FollowerRole } from './follower-learner.js';
export { defaultFollowerTraining, type FollowerTrainingSettings } from './follower-training-settings.js';
export type { FollowerUpdateReport } from './follower-update.js';
export {
  imitateDemonstrations,
  imitationSteps,
  type ImitatingPlanner,
  type ImitationOptions,
} from './imitate-demonstrations.js';
export { demonstrationOf, type Demonstration, type ImitationBatch, type ImitationReport } from './imitation-update.js';
export { gruPlannerOptionsSchema, type GruPlannerInput, type GruPlannerOptions } from './planner-options.js';
export { plannersPlugin } from './plugin.js';
export type { PolicyStatistics } from './losses/policy-loss.js';
export { referenceLogProbabilities, withReference } from './reference-log-probabilities.js';
export type { TrainablePlanner, TrainingBatch, UpdateReport, UpdateSettings } from './trainable-planner.js';
export { trainPlanner, type SkippedUpdate, type TrainingOutcome, type TrainPlannerOptions } from './train-planner.js';
export type { TrainingRecord } from './training-record.js';
export { defaultTraining, type TrainingInput, type TrainingSettings } from './training-settings.js';
export type { Trajectory } from './trajectory.js';
export { learningModes, type LearningMode } from './turns.js';
export {
  type TransformerPlannerInput,
  type TransformerPlannerOptions,
  transformerPlannerOptionsSchema,
} from './transformer/transformer-options.js';
export { transformerPlugin } from './transformer/transformer-plugin.js';
