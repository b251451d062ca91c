import { setMaxListeners } from 'node:events';

/**
 * A time limit shared by work that runs side by side: it is up when none of it has ended for so long. Much work that takes turns, as
 * with a server that takes few requests at once, is given its time; work that hangs is not. Work that ignores its signal is left behind
 * when time is up, so that nothing a follower, planner or verifier does can hold up the run.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #expired: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = (): void => this.#controller.abort(this.#outer?.reason);

  /**
   * @param seconds how long the work may go on without any of it ending.
   * @param outer a signal that ends the work earlier; its reason is what `within` then throws.
   */
  constructor(seconds: number, outer?: AbortSignal) {
    this.#outer = outer;
    // Every live session may listen, hundreds of them; Node would take that for a leak.
    setMaxListeners(0, this.signal);
    this.#expired = new Promise((_, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason as Error), { once: true });
    });
    // Nobody may be waiting when time is up.
    this.#expired.catch(() => undefined);
    this.#timer = setTimeout(() => this.#controller.abort(new DeadlineExceeded(seconds)), seconds * 1000);
    if (outer?.aborted === true) this.#abort();
    else outer?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Aborts when time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What `work` resolves to, or a rejection with the signal's reason once time is up. */
  async within<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await Promise.race([this.#expired, (async () => work())()]);
    } finally {
      if (!this.signal.aborted) this.#timer.refresh();
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }
}

/** Time was up; turned into the error of whoever was late. */
export class DeadlineExceeded extends Error {
  constructor(readonly seconds: number) {
    super(`no answer within ${seconds} s`);
    this.name = 'DeadlineExceeded';
  }
}
