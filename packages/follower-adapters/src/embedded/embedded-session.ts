import { FollowerError, type FollowerSession, type FollowerStep, type Strategy, type StepOptions } from '@rsim/core';

import type { EmbeddedVocabulary } from './embedded-vocabulary.js';
import type { EngineClient } from './engine-client.js';

type SessionState = 'ready' | 'stepping' | 'answered' | 'failed' | 'disposed';

/** One conversation with an embedded follower; its keys and values live in the engine. */
export class EmbeddedSession implements FollowerSession {
  #state: SessionState;

  constructor(
    private readonly engine: EngineClient,
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly session: number,
    state: SessionState = 'ready',
  ) {
    this.#state = state;
  }

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    this.#requireReady('step');
    checkOptions(options);
    const { injection, mode } = this.vocabulary.readStrategy(strategy);
    if (injection.length > options.maxTokens) throw injectionTooLong(injection.length, options.maxTokens);
    const { maxTokens, temperature, seed, signal } = options;
    if (signal?.aborted) throw this.#abort();
    const onAbort = (): void => {
      this.#abort();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#state = 'stepping';
    try {
      const written = await this.engine.step(this.session, { injection, mode, maxTokens, temperature, seed });
      this.#state = written.finish === 'answer' ? 'answered' : 'ready';
      const read = this.vocabulary.readStep(written);
      return {
        text: read.text,
        tokens: written.tokens,
        logProbabilities: written.logProbabilities,
        finish: written.finish,
        strategy: strategy?.id ?? read.strategy,
        usage: {
          promptTokens: written.promptTokens,
          budgetTokens: injection.length + written.tokens.length,
        },
      };
    } catch (error) {
      if (this.#state === 'stepping') this.#state = 'failed';
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async fork(): Promise<FollowerSession> {
    if (this.#state !== 'answered') this.#requireReady('fork');
    return new EmbeddedSession(this.engine, this.vocabulary, this.engine.fork(this.session), this.#state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'disposed') this.#close(new FollowerError('The session was disposed of during a step.', keep));
  }

  /** Frees the session's row; what was under way is rejected with the error that is returned. */
  #abort(): FollowerError {
    const error = new FollowerError('The step was aborted.', {
      code: 'follower-aborted',
      remedy: 'Open a new session to go on.',
    });
    this.#close(error);
    return error;
  }

  #close(reason: FollowerError): void {
    this.#state = 'disposed';
    this.engine.close(this.session, reason);
  }

  #requireReady(what: 'step' | 'fork'): void {
    if (this.#state === 'ready') return;
    const reasons = {
      stepping: 'a step is under way',
      answered: 'it has given its answer',
      failed: 'an earlier step failed',
      disposed: 'it is disposed of',
    };
    throw new FollowerError(`The session cannot ${what}: ${reasons[this.#state]}.`, keep);
  }
}

const keep = { remedy: 'Take one step after another, and open a session for each conversation.' };

function checkOptions({ maxTokens, temperature }: StepOptions): void {
  if (!Number.isInteger(maxTokens) || maxTokens < 1 || !(temperature >= 0 && Number.isFinite(temperature))) {
    throw new FollowerError(`A step cannot have maxTokens ${maxTokens} and temperature ${temperature}.`, {
      remedy: 'Give maxTokens of at least 1 and a temperature of at least 0.',
    });
  }
}

function injectionTooLong(length: number, maxTokens: number): FollowerError {
  return new FollowerError(`The injection takes ${length} tokens where the step may take ${maxTokens}.`, {
    remedy: 'Give the step more tokens.',
  });
}
