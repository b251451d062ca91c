import { FollowerError, type FollowerSession, type FollowerStep, type Strategy, type StepOptions } from '@rsim/core';

import type { EngineClient } from '../engine/engine-client.js';
import { checkInjection, keepSessions, SessionState, stepAborted } from '../session-state.js';
import type { EmbeddedVocabulary } from './embedded-vocabulary.js';
import type { StepRequest } from './engine-messages.js';

/** One conversation with an embedded follower; its keys and values live in the engine. */
export class EmbeddedSession implements FollowerSession {
  constructor(
    private readonly engine: EngineClient<StepRequest>,
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly session: number,
    private readonly state = new SessionState(),
  ) {}

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    this.state.beginStep(options);
    const { maxTokens, temperature, seed, signal } = options;
    const { injection, mode } = this.#read(strategy, maxTokens);
    if (signal?.aborted) throw this.#abort();
    const onAbort = (): void => {
      this.#abort();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const written = await this.engine.step(this.session, { injection, mode, maxTokens, temperature, seed });
      this.state.endStep(written.finish === 'answer');
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
      this.state.failStep();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async fork(): Promise<FollowerSession> {
    const state = this.state.fork();
    return new EmbeddedSession(this.engine, this.vocabulary, this.engine.fork(this.session), state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close(new FollowerError('The session was disposed of during a step.', keepSessions));
  }

  /** What to inject. A strategy that cannot be injected leaves the session as it was. */
  #read(strategy: Strategy | null, maxTokens: number): ReturnType<EmbeddedVocabulary['readStrategy']> {
    try {
      const read = this.vocabulary.readStrategy(strategy);
      checkInjection(read.injection.length, maxTokens);
      return read;
    } catch (error) {
      this.state.cancelStep();
      throw error;
    }
  }

  /** Frees the session's row; what was under way is rejected with the error that is returned. */
  #abort(): FollowerError {
    const error = stepAborted();
    this.#close(error);
    return error;
  }

  #close(reason: FollowerError): void {
    if (this.state.dispose()) this.engine.close(this.session, reason);
  }
}
