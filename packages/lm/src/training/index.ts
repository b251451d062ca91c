/** Training of a decoder on tfjs. Apart from the package's main entry because it loads tfjs. */
export type { AdamWOptions } from './adamw.js';
export type { TrainingDocument } from './packed-documents.js';
export { modelCard, type ModelCardFacts } from './model-card.js';
export { DecoderParameters } from './decoder-parameters.js';
export { differentiateStates, evaluateStates, type ReadDocument, type StateTask } from './decoder-states.js';
export { DecoderPolicy, type DecoderPolicyOptions } from './decoder-policy.js';
export { PolicyThread, policyThread, scoringThread } from './policy-thread.js';
export { policyWork, type PolicyWork } from './policy-work.js';
export { policyGradients, sequenceLogProbabilities } from './policy-gradient.js';
export {
  trainDecoder,
  type TrainDecoderOptions,
  type TrainedDecoder,
  type TrainingReport,
  type TrainingSettings,
} from './train-decoder.js';
export type { TrainingProgress } from './training-checkpoint.js';
export { type ModelFiles, writeModelFolder } from './write-model-folder.js';
