import type { Worker } from 'node:worker_threads';
import { PlannerError } from '@rsim/core';
import { startWorker } from '@rsim/core/worker';
import { restoreState, stateOf } from './learner-state.js';
import type { LearnerState } from './learner-state.js';
import type { NetworkLearner } from './network-learner.js';
import type { NetworkOrigin } from './policy-network.js';
import type { UpdateBatch, UpdateKind, UpdateOutcome } from './run-update.js';

/** What the thread is sent: everything an update depends on, so that nothing is lost with the thread. */
export interface UpdateRequest {
  readonly id: number;
  readonly learner: Pick<NetworkLearner, 'strategySet' | 'forbidden' | 'backend'> & { readonly origin: NetworkOrigin };
  readonly state: LearnerState;
  readonly kind: UpdateKind;
  readonly batch: UpdateBatch<UpdateKind>;
}

export type UpdateAnswer = { readonly id: number } & (
  | { readonly outcome: UpdateOutcome<UpdateKind>; readonly state: LearnerState }
  | { readonly failure: { readonly message: string; readonly code?: string; readonly remedy?: string } }
);

interface Waiting {
  resolve(answer: Extract<UpdateAnswer, { outcome: unknown }>): void;
  reject(error: Error): void;
}

const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './learner-worker.ts' : './learner-worker.js',
  import.meta.url,
);

/** An update takes well under a minute on any backend; a driver that hangs takes for ever. */
const longestUpdateMinutes = 30;

/**
 * The thread that updates of planners are computed in, so that the calling one stays free. It keeps no state: a planner's
 * weights and optimiser go with every update and come back changed, to the bit what this thread would have computed.
 * It starts with the first update and does not keep the process alive while it has none.
 */
export class LearnerThread {
  #worker: Worker | null = null;
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(
    private readonly module: URL = workerModule,
    private readonly longestMilliseconds = longestUpdateMinutes * 60_000,
  ) {}

  /**
   * Updates `learner`, which until then stays as it was; on an error it stays so for good.
   *
   * @throws PlannerError when the update fails, the thread dies, or it takes longer than it may.
   */
  async update<Kind extends UpdateKind>(
    learner: NetworkLearner,
    kind: Kind,
    batch: UpdateBatch<Kind>,
  ): Promise<UpdateOutcome<Kind>> {
    const { network, strategySet, forbidden, backend } = learner;
    const same = { origin: network.origin, strategySet, forbidden, backend };
    const { outcome, state } = await this.#ask({ learner: same, state: stateOf(learner), kind, batch });
    restoreState(learner, state);
    return outcome as UpdateOutcome<Kind>;
  }

  /** Ends the thread; updates under way are rejected. The next one starts another. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#die(worker, 'it was stopped');
    await worker?.terminate();
  }

  async #ask(request: Omit<UpdateRequest, 'id'>): Promise<Extract<UpdateAnswer, { outcome: unknown }>> {
    const id = this.#nextId++;
    const worker = (this.#worker ??= this.#start());
    const impatience = setTimeout(() => void this.#giveUp(worker), this.longestMilliseconds);
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

  #start(): Worker {
    const worker = startWorker(this.module);
    worker.on('message', (answer: UpdateAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      if ('outcome' in answer) waiting?.resolve(answer);
      else waiting?.reject(failed(answer.failure));
    });
    worker.on('error', (error) => this.#die(worker, error.message, error));
    worker.on('exit', (code) => this.#die(worker, `it ended with code ${code}`));
    return worker;
  }

  async #giveUp(worker: Worker): Promise<void> {
    this.#die(worker, `an update took longer than ${this.longestMilliseconds / 60_000} minutes`);
    await worker.terminate();
  }

  #die(worker: Worker | null, why: string, cause?: unknown): void {
    if (worker === null || this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(stopped(why, cause));
  }
}

/** The one of this process: tfjs uses one core, and two learners side by side would be no faster than in turn. */
export const learnerThread = new LearnerThread();

function failed({ message, code, remedy }: { message: string; code?: string; remedy?: string }): PlannerError {
  return new PlannerError(`the planner could not be updated: ${message}`, {
    ...(code !== undefined && { code }),
    remedy: remedy ?? 'Look at the batch and the settings, or try another backend (rsim doctor lists them).',
  });
}

function stopped(why: string, cause?: unknown): PlannerError {
  return new PlannerError(`the thread that the planner learns in stopped: ${why}; the planner is as it was before`, {
    code: 'learner-stopped',
    remedy: 'Go on from the last checkpoint; if it happens again, try another backend (rsim doctor lists them).',
    cause,
  });
}
