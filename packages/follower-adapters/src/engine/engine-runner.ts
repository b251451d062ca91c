import type { Engine, EngineFailure, EngineOperation, EngineOutcome, WrittenStep } from './engine.js';

/** Feeds an engine: operations are carried out between its rounds, and rounds go on as long as any step is under way. */
export class EngineRunner<Request, Written extends WrittenStep = WrittenStep> {
  #waiting: EngineOperation<Request>[] = [];
  #isRunning = false;

  /** @param deliver takes the steps that ended in one round, all at once */
  constructor(
    private readonly engine: Engine<Request, Written>,
    private readonly deliver: (outcomes: readonly EngineOutcome<Written>[]) => void,
  ) {}

  post(operations: readonly EngineOperation<Request>[]): void {
    this.#waiting.push(...operations);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      do {
        await this.#round();
        const outcomes = this.engine.takeOutcomes();
        if (outcomes.length > 0) this.deliver(outcomes);
      } while (this.engine.working > 0 || this.#waiting.length > 0);
    } finally {
      this.#isRunning = false;
    }
  }

  async #round(): Promise<void> {
    const operations = this.#waiting;
    this.#waiting = [];
    try {
      const opened = operations.filter((operation) => operation.kind === 'open');
      if (opened.length > 0) await this.engine.open(opened);
    } catch (thrown) {
      // The steps of sessions that were not opened are refused one by one below.
      this.engine.failAll(failureOf(thrown));
    }
    for (const operation of operations) this.#carryOut(operation);
    try {
      await this.engine.advance();
    } catch (thrown) {
      this.engine.failAll(failureOf(thrown));
    }
  }

  #carryOut(operation: EngineOperation<Request>): void {
    try {
      if (operation.kind === 'fork') this.engine.fork(operation.session, operation.from);
      else if (operation.kind === 'step') this.engine.begin(operation.session, operation.request);
      else if (operation.kind === 'close') this.engine.close(operation.session);
    } catch (thrown) {
      this.engine.refuse(operation.session, failureOf(thrown));
    }
  }
}

function failureOf(thrown: unknown): EngineFailure {
  return {
    code: 'follower-failed',
    message: `The follower's engine failed: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    remedy: 'Run `rsim doctor`; if the machine is short of memory, run fewer episodes at once.',
  };
}
