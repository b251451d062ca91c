import { ServerFault } from './server-fault.js';

export interface GateOptions {
  /** Most requests at once. */
  readonly concurrency: number;
  /** Pause after the first sign that the server is busy; it doubles with each further one. */
  readonly firstPauseSeconds: number;
  /** Longest pause, whatever the server asks for. */
  readonly longestPauseSeconds: number;
}

/**
 * Lets no more requests through at once than the server takes: additive increase, multiplicative decrease (Chiu and
 * Jain 1989). Each answer raises the limit by 1 / limit; a server that says it is busy halves it and is left alone for
 * as long as it asks. Requests that were already under way at the last cut do not cut again.
 */
export class ServerGate {
  #limit: number;
  #running = 0;
  #cuts = 0;
  #busyInARow = 0;
  #opensAt = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly options: GateOptions) {
    this.#limit = options.concurrency;
  }

  /** How many requests may run at once now; below 1 never. */
  get limit(): number {
    return this.#limit;
  }

  /** Runs `work` when its turn comes; a signal that aborts before ends the waiting with its reason. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    const cuts = this.#cuts;
    try {
      const result = await work();
      this.#limit = Math.min(this.options.concurrency, this.#limit + 1 / this.#limit);
      this.#busyInARow = 0;
      return result;
    } catch (thrown) {
      if (thrown instanceof ServerFault && thrown.retry === 'later') this.#slowDown(thrown, cuts === this.#cuts);
      throw thrown;
    } finally {
      this.#running -= 1;
      this.#admit();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        signal.removeEventListener('abort', giveUp);
        this.#running += 1;
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(admit);
        if (this.#waiting.size === 0) this.#cancelTimer();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(admit);
      this.#admit();
    });
  }

  #admit(): void {
    const pause = this.#opensAt - performance.now();
    if (pause > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#admit();
      }, pause + 1);
      return;
    }
    for (const admit of this.#waiting) {
      if (this.#running >= Math.floor(this.#limit)) return;
      this.#waiting.delete(admit);
      admit();
    }
  }

  /** Nobody waits: a pause must not keep the process alive. */
  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #slowDown({ retryAfterSeconds }: ServerFault, isFirst: boolean): void {
    const { firstPauseSeconds, longestPauseSeconds } = this.options;
    if (isFirst) {
      this.#cuts += 1;
      this.#busyInARow += 1;
      this.#limit = Math.max(1, this.#limit / 2);
    }
    const pause = retryAfterSeconds ?? backOff(firstPauseSeconds, this.#busyInARow);
    this.#opensAt = Math.max(this.#opensAt, performance.now() + Math.min(pause, longestPauseSeconds) * 1000);
  }
}

/** Seconds to wait before trying again: twice as long each time, and up to half of it less, so that not all come at once. */
export function backOff(firstSeconds: number, times: number): number {
  return firstSeconds * 2 ** Math.max(0, times - 1) * (1 - Math.random() / 2);
}
