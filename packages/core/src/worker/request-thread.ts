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
  readonly #waiting = new Map<number, Waiting>();

  /** @param module what the thread runs; it calls `serveRequests` */
  constructor(
    private readonly module: URL,
    private readonly longestMilliseconds: number,
    private readonly errors: ThreadErrors,
  ) {}

  /** @throws whatever `errors` makes of a failure, a death, or too long a wait */
  async ask(request: unknown): Promise<unknown> {
    const id = this.#nextId++;
    const worker = (this.#worker ??= this.#start());
    const impatience = setTimeout(() => void this.#giveUp(worker), this.longestMilliseconds);
    worker.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        worker.postMessage({ id, request });
      });
    } finally {
      clearTimeout(impatience);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    }
  }

  /** Ends the thread; requests under way are rejected. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#die(worker, 'it was stopped');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = startWorker(this.module);
    worker.on('message', (answer: AnswerMessage) => {
      const waiting = this.#waiting.get(answer.id);
      if ('failure' in answer) waiting?.reject(this.errors.failed(answer.failure));
      else waiting?.resolve(answer.outcome);
    });
    worker.on('error', (error) => this.#die(worker, error.message, error));
    worker.on('exit', (code) => this.#die(worker, `it ended with code ${code}`));
    return worker;
  }

  async #giveUp(worker: Worker): Promise<void> {
    this.#die(worker, `it took longer than ${this.longestMilliseconds / 60_000} minutes`);
    await worker.terminate();
  }

  #die(worker: Worker | null, why: string, cause?: unknown): void {
    if (worker === null || this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(this.errors.stopped(why, cause));
  }
}
