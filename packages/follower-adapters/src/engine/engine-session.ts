import { FollowerError, type FollowerSession, type FollowerStep, type Strategy, type StepOptions } from '@rsim/core';

import { keepSessions, SessionState, stepAborted, stepWithoutRoom } from '../session-state.js';
import type { WrittenStep } from './engine.js';
import type { EngineClient } from './engine-client.js';

/** What one conversation knows of its follower's language: strategies become requests, and what is written becomes steps. */
export interface SessionLanguage<Request, Written extends WrittenStep> {
  /** @throws FollowerError when the strategy cannot be injected */
  request(strategy: Strategy | null, options: StepOptions): Request;
  read(
    strategy: Strategy | null,
    written: Written,
  ): Omit<FollowerStep, 'tokens' | 'logProbabilities' | 'usage' | 'finish'>;
  fork(): SessionLanguage<Request, Written>;
}

/** One conversation with a follower whose keys and values live in an engine. */
export class EngineSession<
  Request extends { readonly injection: readonly number[] },
  Written extends WrittenStep,
> implements FollowerSession {
  constructor(
    private readonly engine: EngineClient<Request, Written>,
    private readonly language: SessionLanguage<Request, Written>,
    private readonly session: number,
    private readonly state = new SessionState(),
  ) {}

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    this.state.beginStep(options);
    const { request, unwritten } = this.#prepare(strategy, options);
    const { signal } = options;
    if (signal?.aborted) throw this.#abort();
    if (unwritten) {
      this.state.cancelStep();
      return unwritten;
    }
    const onAbort = (): void => {
      this.#abort();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const written = await this.engine.step(this.session, request);
      this.state.endStep(written.finish === 'answer');
      return {
        ...this.language.read(strategy, written),
        tokens: written.tokens,
        logProbabilities: written.logProbabilities,
        finish: written.finish,
        usage: {
          promptTokens: written.promptTokens,
          budgetTokens: request.injection.length + written.tokens.length,
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
    return new EngineSession(this.engine, this.language.fork(), this.engine.fork(this.session), state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close(new FollowerError('The session was disposed of during a step.', keepSessions));
  }

  /** What to ask of the engine, or the step that leaves no room to ask. What throws here leaves the session as it was. */
  #prepare(strategy: Strategy | null, options: StepOptions): { request: Request; unwritten: FollowerStep | null } {
    try {
      this.engine.checkCurrent(this.session);
      const request = this.language.request(strategy, options);
      return { request, unwritten: stepWithoutRoom(strategy, request.injection.length, options.maxTokens) };
    } catch (error) {
      this.state.cancelStep();
      throw error;
    }
  }

  /** Frees what the session holds; what was under way is rejected with the error that is returned. */
  #abort(): FollowerError {
    const error = stepAborted();
    this.#close(error);
    return error;
  }

  #close(reason: FollowerError): void {
    if (this.state.dispose()) this.engine.close(this.session, reason);
  }
}
