import type { Worker } from 'node:worker_threads';
import { startWorker } from '@rsim/core/worker';

/** Why a request failed, as it comes from the thread. */
export interface ThreadFailure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly remedy?: string | undefined;
}

/** What a thread answers with; the id is the request's. */
export type ThreadAnswer<Answer> = { readonly id: number } & (
  { readonly answer: Answer } | { readonly failure: ThreadFailure }
);

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export interface RequestThreadOptions {
  /** What the thread runs: a module that calls `serveRequests`. */
  readonly module: URL;
  /** What that module finds as its `workerData`. */
  readonly data?: object;
  /** Longest a request may take. */
  readonly milliseconds: number;
  /** What a request is called in messages, e.g. `an update`. */
  readonly request: string;
  /** The error of a request that failed. */
  failed(failure: ThreadFailure): Error;
  /** The error of requests that were under way when the thread ended. */
  stopped(why: string, cause?: unknown): Error;
}

/**
 * A thread that answers requests, one after the other. It starts with the first request, and again with the next after it
 * died, and does not keep the process alive while it has none.
 */
export class RequestThread<Request extends object, Answer> {
  #worker: Worker | null = null;
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting<Answer>>();

  constructor(private readonly options: RequestThreadOptions) {}

  /** @throws Error of the options when the request fails, the thread dies, or it takes longer than it may. */
  async ask(request: Request): Promise<Answer> {
    const id = this.#nextId++;
    const worker = (this.#worker ??= this.#start());
    const impatience = setTimeout(() => void this.#giveUp(worker), this.options.milliseconds);
    worker.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        worker.postMessage({ id, ...request });
      });
    } finally {
      clearTimeout(impatience);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    }
  }

  /** Ends the thread; requests under way are rejected. The next one starts another. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#die(worker, 'it was stopped');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = startWorker(this.options.module, this.options.data);
    worker.on('message', (message: ThreadAnswer<Answer>) => {
      const waiting = this.#waiting.get(message.id);
      if ('answer' in message) waiting?.resolve(message.answer);
      else waiting?.reject(this.options.failed(message.failure));
    });
    worker.on('error', (error) => this.#die(worker, error.message, error));
    worker.on('exit', (code) => this.#die(worker, `it ended with code ${code}`));
    return worker;
  }

  async #giveUp(worker: Worker): Promise<void> {
    this.#die(worker, `${this.options.request} took longer than ${this.options.milliseconds / 60_000} minutes`);
    await worker.terminate();
  }

  #die(worker: Worker | null, why: string, cause?: unknown): void {
    if (worker === null || this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(this.options.stopped(why, cause));
  }
}
