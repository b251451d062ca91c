import { FollowerError } from '@rsim/core';

import type { ChannelListener, EngineChannel } from './engine-channel.js';
import type { EngineOperation, EngineOutcome, StepRequest, WrittenStep } from './engine-messages.js';

interface Waiting {
  resolve(step: WrittenStep): void;
  reject(error: FollowerError): void;
}

/** One engine as its sessions see it. What is asked for within one turn of the event loop travels together. */
export class EngineClient implements ChannelListener {
  #channel: EngineChannel | null = null;
  #queue: EngineOperation[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #nextSession = 0;
  #death: FollowerError | null = null;

  /** @param open makes the channel, with this client as its listener */
  static async connect(
    open: (listener: ChannelListener) => EngineChannel | Promise<EngineChannel>,
  ): Promise<EngineClient> {
    const client = new EngineClient();
    client.#channel = await open(client);
    return client;
  }

  private constructor() {}

  /** Starts a session whose past is `tokens`, and returns its number. */
  open(tokens: readonly number[]): number {
    const session = this.#nextSession++;
    this.#post({ kind: 'open', session, tokens });
    return session;
  }

  fork(from: number): number {
    const session = this.#nextSession++;
    this.#post({ kind: 'fork', session, from });
    return session;
  }

  /** At most one step of a session at a time. */
  step(session: number, request: StepRequest): Promise<WrittenStep> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(session, { resolve, reject });
      this.#channel?.hold(true);
      this.#post({ kind: 'step', session, request });
    });
  }

  /** Ends a session; a step under way is rejected with `reason`. */
  close(session: number, reason: FollowerError): void {
    this.#take(session)?.reject(reason);
    this.#post({ kind: 'close', session });
  }

  onOutcomes(outcomes: readonly EngineOutcome[]): void {
    for (const outcome of outcomes) {
      const waiting = this.#take(outcome.session);
      if ('step' in outcome) waiting?.resolve(outcome.step);
      else waiting?.reject(new FollowerError(outcome.failure.message, outcome.failure));
    }
  }

  onDeath(error: FollowerError): void {
    this.#death = error;
    for (const session of [...this.#waiting.keys()]) this.#take(session)?.reject(error);
  }

  async dispose(): Promise<void> {
    const remedy = 'Keep the follower until its steps have ended.';
    this.onDeath(new FollowerError('The follower was disposed of while in use.', { remedy }));
    await this.#channel?.dispose();
  }

  #take(session: number): Waiting | undefined {
    const waiting = this.#waiting.get(session);
    this.#waiting.delete(session);
    if (this.#waiting.size === 0) this.#channel?.hold(false);
    return waiting;
  }

  #post(operation: EngineOperation): void {
    if (this.#death) {
      this.#take(operation.session)?.reject(this.#death);
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
