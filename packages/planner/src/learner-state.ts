import type { NetworkLearner } from './network-learner.js';
import type { Parameters } from './parameters.js';
import { copyParameters } from './parameters.js';

/** All that an update changes. */
export interface LearnerState {
  readonly parameters: Parameters;
  readonly means: Parameters;
  readonly squares: Parameters;
  readonly steps: number;
}

/** The state as it is, not a copy. */
export function stateOf({ parameters, adam }: NetworkLearner): LearnerState {
  return { parameters, means: adam.means, squares: adam.squares, steps: adam.steps };
}

/** Copies a state of the same shape into `learner`. */
export function restoreState(learner: NetworkLearner, state: LearnerState): void {
  copyParameters(state.parameters, learner.parameters);
  copyParameters(state.means, learner.adam.means);
  copyParameters(state.squares, learner.adam.squares);
  learner.adam.resume(state.steps);
}
