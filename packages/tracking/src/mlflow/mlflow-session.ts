import { messageOf, type RunEnding, type TrackerSession } from '@rsim/core';
import { pause, waitToRetry, type Backoff } from '../backoff.js';
import type { MlflowRun } from './mlflow-run.js';

export interface MlflowSessionOptions {
  readonly run: MlflowRun;
  /** Ends every request under way. */
  readonly abort: AbortController;
  readonly warn: (message: string) => void;
  /** Seconds between two deliveries. */
  readonly every: number;
  /** Seconds for what is left at the end. */
  readonly flush: number;
  readonly backoff: Backoff;
}

/** At the end somebody waits, so attempts follow one another more closely. */
const mostAtEnd = 1;

/** Follows a run in the background: nothing it does is waited for until it is closed. */
export class MlflowSession implements TrackerSession {
  readonly #closing = new AbortController();
  readonly #following: Promise<void>;
  #isNew = true;
  #wake: () => void = () => undefined;

  constructor(private readonly given: MlflowSessionOptions) {
    this.#following = this.#follow();
  }

  record(): void {
    this.#isNew = true;
    this.#wake();
  }

  async close(ending: RunEnding): Promise<string | null> {
    const { abort, flush, run } = this.given;
    this.#closing.abort();
    this.#wake();
    const timer = setTimeout(() => abort.abort(), flush * 1000);
    try {
      await this.#following;
      return await this.#attempts(() => run.complete(ending), abort.signal, mostAtEnd);
    } finally {
      clearTimeout(timer);
    }
  }

  async #follow(): Promise<void> {
    const { every, run } = this.given;
    const closing = this.#closing.signal;
    await this.#attempts(() => run.reopen(), closing);
    while (!closing.aborted) {
      if (this.#isNew) {
        this.#isNew = false;
        await this.#attempts(() => run.catchUp(), closing);
        await pause(every, closing);
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  /**
   * Tries until it succeeds or the signal aborts, with a warning for each kind of failure, once.
   *
   * @returns what was wrong the last time; `null` after success.
   */
  async #attempts(attempt: () => Promise<void>, until: AbortSignal, most = this.given.backoff.most) {
    let problem = 'there was no time for it';
    for (let failures = 1; !until.aborted; failures += 1) {
      try {
        await attempt();
        return null;
      } catch (thrown) {
        if (this.given.abort.signal.aborted) break;
        problem = messageOf(thrown);
        this.given.warn(problem);
        await waitToRetry(failures, { ...this.given.backoff, most }, until);
      }
    }
    return problem;
  }
}
