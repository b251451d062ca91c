import { FollowerError } from '@rsim/core';

import type { ChannelListener, EngineChannel } from './engine-channel.js';
import type { EngineOperation, EngineOutcome, WrittenStep } from './engine.js';

interface Waiting<Written> {
  resolve(step: Written): void;
  reject(error: FollowerError): void;
}

/** One engine as its sessions see it. What is asked for within one turn of the event loop travels together. */
export class EngineClient<Request, Written extends WrittenStep = WrittenStep> implements ChannelListener<Written> {
  #channel: EngineChannel<Request> | null = null;
  #queue: EngineOperation<Request>[] = [];
  readonly #waiting = new Map<number, Waiting<Written>>();
  #nextSession = 0;
  /** Sessions below this one ended when the model was swapped. */
  #firstSession = 0;
  #death: FollowerError | null = null;
  /** What open sessions began with, by session. */
  readonly #questions = new Map<number, string>();

  /** @param open makes the channel, with this client as its listener */
  static async connect<Request, Written extends WrittenStep>(
    open: (listener: ChannelListener<Written>) => EngineChannel<Request> | Promise<EngineChannel<Request>>,
  ): Promise<EngineClient<Request, Written>> {
    const client = new EngineClient<Request, Written>();
    client.#channel = await open(client);
    return client;
  }

  readonly #started: Promise<unknown>;
  #start!: { resolve(facts: unknown): void; reject(error: FollowerError): void };

  private constructor() {
    this.#started = new Promise((resolve, reject) => {
      this.#start = { resolve, reject };
    });
    // Not everyone waits for the start: what is asked of an engine that never started is rejected all the same.
    this.#started.catch(() => undefined);
  }

  /** Resolves to what the engine tells of its model once it is ready; rejects when it cannot start. */
  async started(): Promise<unknown> {
    this.#channel?.hold(true);
    try {
      return await this.#started;
    } finally {
      if (this.#waiting.size === 0) this.#channel?.hold(false);
    }
  }

  /** Why it takes no more steps; `null` while it does. */
  get death(): FollowerError | null {
    return this.#death;
  }

  /** Whether a session is open that began with these tokens. */
  holds(tokens: readonly number[]): boolean {
    return [...this.#questions.values()].includes(tokens.join());
  }

  /** Starts a session whose past is `tokens`, and returns its number. */
  open(tokens: readonly number[]): number {
    const session = this.#nextSession++;
    this.#questions.set(session, tokens.join());
    this.#post({ kind: 'open', session, tokens });
    return session;
  }

  /** @throws FollowerError, code `session-outdated`, when the session is older than the model */
  checkCurrent(session: number): void {
    if (session < this.#firstSession) throw outdated();
  }

  /** @throws FollowerError when the session is older than the model */
  fork(from: number): number {
    this.checkCurrent(from);
    const session = this.#nextSession++;
    this.#post({ kind: 'fork', session, from });
    return session;
  }

  /** At most one step of a session at a time. */
  step(session: number, request: Request): Promise<Written> {
    if (session < this.#firstSession) return Promise.reject(outdated());
    return new Promise((resolve, reject) => {
      this.#waiting.set(session, { resolve, reject });
      this.#channel?.hold(true);
      this.#post({ kind: 'step', session, request });
    });
  }

  /** Ends a session; a step under way is rejected with `reason`. */
  close(session: number, reason: FollowerError): void {
    this.#take(session)?.reject(reason);
    this.#questions.delete(session);
    this.#post({ kind: 'close', session });
  }

  /** Sessions opened so far are at their end, as the model is about to change: their steps are rejected. */
  endSessions(): void {
    this.#firstSession = this.#nextSession;
    this.#questions.clear();
    for (const session of [...this.#waiting.keys()]) this.#take(session)?.reject(outdated());
  }

  /** Gives the engine another model, with which sessions opened so far end. */
  swap(model: Uint8Array): void {
    this.endSessions();
    this.#post({ kind: 'swap', model });
  }

  onStart(facts: unknown): void {
    this.#start.resolve(facts);
  }

  onOutcomes(outcomes: readonly EngineOutcome<Written>[]): void {
    for (const outcome of outcomes) {
      const waiting = this.#take(outcome.session);
      if ('step' in outcome) waiting?.resolve(outcome.step);
      else waiting?.reject(new FollowerError(outcome.failure.message, outcome.failure));
    }
  }

  onDeath(error: FollowerError): void {
    this.#death ??= error;
    this.#start.reject(error);
    for (const session of [...this.#waiting.keys()]) this.#take(session)?.reject(error);
  }

  async dispose(): Promise<void> {
    const remedy = 'Keep the follower until its steps have ended.';
    this.onDeath(new FollowerError('The follower was disposed of while in use.', { remedy }));
    await this.#channel?.dispose();
  }

  #take(session: number): Waiting<Written> | undefined {
    const waiting = this.#waiting.get(session);
    this.#waiting.delete(session);
    if (this.#waiting.size === 0) this.#channel?.hold(false);
    return waiting;
  }

  #post(operation: EngineOperation<Request>): void {
    if (this.#death) {
      if (operation.kind !== 'swap') this.#take(operation.session)?.reject(this.#death);
      return;
    }
    if (this.#queue.length === 0) setImmediate(() => this.#flush());
    this.#queue.push(operation);
  }

  #flush(): void {
    const operations = this.#queue;
    this.#queue = [];
    if (!this.#death) this.#channel?.post(operations);
  }
}

function outdated(): FollowerError {
  return new FollowerError("The session is older than the follower's weights, which were changed since.", {
    code: 'session-outdated',
    remedy: 'Take updates between episodes: open a new session after each.',
  });
}
