import type { Engine, EngineFailure, EngineOperation, EngineOutcome, SwapOperation, WrittenStep } from './engine.js';

/** Feeds an engine: operations are carried out between its rounds, and rounds go on as long as any step is under way. */
export class EngineRunner<Request, Written extends WrittenStep = WrittenStep> {
  #waiting: EngineOperation<Request>[] = [];
  #isRunning = false;
  /** Why the engine has not the model that it was to have. */
  #lack: EngineFailure | null = null;
  /** Why sessions could not be opened or forked; their steps, which come later, fail of it. */
  readonly #unopened = new Map<number, EngineFailure>();

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
    const operations = await this.#swapped(this.#waiting.splice(0));
    const opened = operations.filter((operation) => operation.kind === 'open');
    try {
      if (opened.length > 0) await this.engine.open(opened);
    } catch (thrown) {
      const failure = failureOf(thrown);
      for (const { session } of opened) this.#unopened.set(session, failure);
      this.engine.failAll(failure);
    }
    for (const operation of operations) this.#carryOut(operation);
    try {
      await this.engine.advance();
    } catch (thrown) {
      this.engine.failAll(failureOf(thrown));
    }
  }

  /** Takes the last model there is among `operations`, and returns what is left to do: what came before it is over. */
  async #swapped(operations: readonly EngineOperation<Request>[]): Promise<readonly EngineOperation<Request>[]> {
    const place = operations.findLastIndex(({ kind }) => kind === 'swap');
    if (place >= 0) {
      try {
        if (!this.engine.swap) throw new Error('its model cannot be swapped');
        await this.engine.swap((operations[place] as SwapOperation).model);
        this.#lack = null;
      } catch (thrown) {
        this.#lack = failureOf(thrown);
      }
    }
    if (!this.#lack) return operations.slice(place + 1);
    for (const operation of operations.slice(place + 1)) {
      if (operation.kind === 'step') this.engine.refuse(operation.session, this.#lack);
    }
    return [];
  }

  #carryOut(operation: EngineOperation<Request>): void {
    if (operation.kind === 'swap') return;
    try {
      if (operation.kind === 'fork') this.engine.fork(operation.session, operation.from);
      else if (operation.kind === 'step') this.engine.begin(operation.session, operation.request);
      else if (operation.kind === 'close') this.engine.close(operation.session);
    } catch (thrown) {
      const source = operation.kind === 'fork' ? operation.from : operation.session;
      const failure = this.#unopened.get(source) ?? failureOf(thrown);
      if (operation.kind === 'fork') this.#unopened.set(operation.session, failure);
      else this.engine.refuse(operation.session, failure);
    }
    if (operation.kind === 'close') this.#unopened.delete(operation.session);
  }
}

function failureOf(thrown: unknown): EngineFailure {
  return {
    code: 'follower-failed',
    message: `The follower's engine failed: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    remedy: 'Run `rsim doctor`; if the machine is short of memory, run fewer episodes at once.',
  };
}
