import type { Worker } from 'node:worker_threads';
import type { AnswerMessage, RequestFailure } from './serve-requests.js';
import { startWorker } from './start-worker.js';

/** The errors that a thread's user sees. */
export interface ThreadErrors {
  /** The request itself failed; the thread lives on. */
  failed(failure: RequestFailure): Error;
  /** The thread is gone, or was given up. @param why half a sentence, e.g. `it ended with code 3` */
  stopped(why: string, cause?: unknown): Error;
}

interface Waiting {
  resolve(outcome: unknown): void;
  reject(error: Error): void;
}

/**
 * A thread that answers requests, one after the other. It starts with the first and does not keep the process alive while it has
 * none. What it died of, or took too long over, rejects what was asked of it; the next request starts another thread. So requests are to
 * carry all that their answers depend on.
 */
export class RequestThread {
  #worker: Worker | null = null;
  #nextId = 0;
  /** Runs out when the request under way takes too long. */
  #impatience: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, Waiting>();

  /**
   * @param module what the thread runs; it calls `serveRequests`
   * @param longestMilliseconds for one request, from the answer to the one before; the start of a thread counts
   */
  constructor(
    private readonly module: URL,
    private readonly longestMilliseconds: number,
    private readonly errors: ThreadErrors,
  ) {}

  /** @throws whatever `errors` makes of a failure, a death, or a request that takes too long */
  async ask(request: unknown): Promise<unknown> {
    const id = this.#nextId++;
    const worker = (this.#worker ??= this.#start());
    return await new Promise((resolve, reject) => {
      worker.postMessage({ id, request });
      this.#waiting.set(id, { resolve, reject });
      if (this.#waiting.size === 1) this.#attend(worker);
    });
  }

  /** Ends the thread; requests under way are rejected. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#die(worker, 'it was stopped');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = startWorker(this.module);
    worker.unref();
    worker.on('message', (answer: AnswerMessage) => {
      if (this.#worker !== worker) return;
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      this.#attend(worker);
      if ('failure' in answer) waiting?.reject(this.errors.failed(answer.failure));
      else waiting?.resolve(answer.outcome);
    });
    worker.on('error', (error) => this.#die(worker, error.message, error));
    worker.on('exit', (code) => this.#die(worker, `it ended with code ${code}`));
    return worker;
  }

  /** Gives the thread its time for what it does next, and keeps the process alive until then. */
  #attend(worker: Worker): void {
    clearTimeout(this.#impatience);
    if (this.#waiting.size === 0) return worker.unref();
    worker.ref();
    this.#impatience = setTimeout(() => void this.#giveUp(worker), this.longestMilliseconds);
  }

  async #giveUp(worker: Worker): Promise<void> {
    this.#die(worker, `it took longer than ${this.longestMilliseconds / 60_000} minutes`);
    await worker.terminate();
  }

  #die(worker: Worker | null, why: string, cause?: unknown): void {
    if (worker === null || this.#worker !== worker) return;
    this.#worker = null;
    clearTimeout(this.#impatience);
    for (const { reject } of this.#waiting.values()) reject(this.errors.stopped(why, cause));
    this.#waiting.clear();
  }
}
