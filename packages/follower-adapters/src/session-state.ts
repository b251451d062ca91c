import { FollowerError, type FollowerStep, type StepOptions, type Strategy } from '@rsim/core';

const reasons = {
  stepping: 'a step is under way',
  answered: 'it has given its answer',
  failed: 'an earlier step failed',
  disposed: 'it is disposed of',
};

/** Where a session stands: it takes one step after another, until it has answered, failed or been disposed of. */
export class SessionState {
  #now: 'ready' | keyof typeof reasons;

  constructor(now: 'ready' | 'answered' = 'ready') {
    this.#now = now;
  }

  /**
   * Begins a step.
   * @throws FollowerError when the session cannot take one, or not with these options
   */
  beginStep({ maxTokens, temperature }: StepOptions): void {
    this.#require('step', this.#now === 'ready');
    if (!Number.isInteger(maxTokens) || maxTokens < 1 || !(temperature >= 0 && Number.isFinite(temperature))) {
      throw new FollowerError(`A step cannot have maxTokens ${maxTokens} and temperature ${temperature}.`, {
        remedy: 'Give maxTokens of at least 1 and a temperature of at least 0.',
      });
    }
    this.#now = 'stepping';
  }

  /** Ends a step that was written. */
  endStep(hasAnswered: boolean): void {
    if (this.#now === 'stepping') this.#now = hasAnswered ? 'answered' : 'ready';
  }

  /** Ends a step that wrote nothing and left the session as it was. */
  cancelStep(): void {
    if (this.#now === 'stepping') this.#now = 'ready';
  }

  /** Ends a step that failed: what the session holds may be anything. */
  failStep(): void {
    if (this.#now === 'stepping') this.#now = 'failed';
  }

  /**
   * The state of a fork.
   * @throws FollowerError when the session cannot be forked
   */
  fork(): SessionState {
    this.#require('fork', this.#now === 'ready' || this.#now === 'answered');
    return new SessionState(this.#now === 'answered' ? 'answered' : 'ready');
  }

  /** Ends the session; returns whether it was not disposed of before. */
  dispose(): boolean {
    const isFirst = this.#now !== 'disposed';
    this.#now = 'disposed';
    return isFirst;
  }

  #require(what: 'step' | 'fork', isPossible: boolean): void {
    if (isPossible || this.#now === 'ready') return;
    throw new FollowerError(`The session cannot ${what}: ${reasons[this.#now]}.`, keepSessions);
  }
}

export const keepSessions = { remedy: 'Take one step after another, and open a session for each conversation.' };

/** What a step is rejected with that was aborted. */
export function stepAborted(): FollowerError {
  return new FollowerError('The step was aborted.', {
    code: 'follower-aborted',
    remedy: 'Open a new session to go on.',
  });
}

/**
 * The step of a strategy whose injection takes more than the step may take: nothing is injected or written and the rest
 * of the budget is spent, so that an episode goes on to its answer. `null` where the injection fits.
 *
 * @param length tokens of the injection
 * @throws FollowerError when it is the answer's: its budget is its own, and no episode could be answered with it
 */
export function stepWithoutRoom(strategy: Strategy | null, length: number, maxTokens: number): FollowerStep | null {
  if (length <= maxTokens) return null;
  if (strategy?.terminal !== true) {
    const usage = { promptTokens: 0, budgetTokens: maxTokens };
    return { text: '', tokens: [], logProbabilities: [], finish: 'length', strategy: strategy?.id ?? null, usage };
  }
  throw new FollowerError(`The injection takes ${length} tokens where the step may take ${maxTokens}.`, {
    code: 'injection-too-long',
    remedy: 'Give the answer a larger budget, or the follower a shorter injection.',
  });
}
