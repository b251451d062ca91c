import { FollowerError } from '@rsim/core';

import type { WrittenStep } from './engine.js';
import type { ChannelListener, EngineChannel } from './engine-channel.js';
import { EngineClient } from './engine-client.js';

/** How many engines are started in place of dead ones; what kills more than that is not chance. */
const MOST_RESTARTS = 8;
/** Sessions of a question go to the engine that has it until it was dealt this many more than its share. */
const MOST_AHEAD = 8;

/** A new session and the engine that has it. */
export interface DealtSession<Request, Written extends WrittenStep> {
  readonly engine: EngineClient<Request, Written>;
  readonly session: number;
}

/**
 * Several engines of one model, to which sessions are dealt in turn, those of one question together where it is open.
 * The same sessions, opened and closed in the same order, are dealt in the same way. An engine that died is replaced when
 * the next session is opened; its own sessions are lost.
 */
export class EnginePool<Request, Written extends WrittenStep = WrittenStep> {
  /** Sessions that each engine, or the one before it in its place, was dealt. */
  readonly #dealt: number[];
  #restarts = 0;
  #reviving: Promise<void> | null = null;
  /** The model that was swapped in last. */
  #model: Uint8Array | null = null;
  #isDisposed = false;

  /** @param open makes the channel of one engine */
  static async create<Request, Written extends WrittenStep>(
    count: number,
    open: (listener: ChannelListener<Written>) => EngineChannel<Request> | Promise<EngineChannel<Request>>,
  ): Promise<EnginePool<Request, Written>> {
    const connect = (): Promise<EngineClient<Request, Written>> => EngineClient.connect<Request, Written>(open);
    return new EnginePool(connect, await Promise.all(Array.from({ length: count }, connect)));
  }

  private constructor(
    private readonly connect: () => Promise<EngineClient<Request, Written>>,
    private readonly engines: EngineClient<Request, Written>[],
  ) {
    this.#dealt = engines.map(() => 0);
  }

  /** Resolves to what the engines tell of their model once all are ready; rejects when one cannot start. */
  async started(): Promise<unknown> {
    const [facts] = await Promise.all(this.engines.map((engine) => engine.started()));
    return facts;
  }

  /**
   * Starts a session whose past is `tokens`.
   * @throws FollowerError when all engines are dead
   */
  async open(tokens: readonly number[]): Promise<DealtSession<Request, Written>> {
    if (this.engines.some(({ death }) => death !== null)) await this.#revive();
    const place = this.#deal(tokens);
    const engine = this.engines[place] as EngineClient<Request, Written>;
    this.#dealt[place] = this.#dealtTo(place) + 1;
    return { engine, session: engine.open(tokens) };
  }

  /** Sessions opened so far are at their end, as the model is about to change: their steps are rejected. */
  endSessions(): void {
    for (const engine of this.engines) engine.endSessions();
  }

  /** Gives the engines another model, with which sessions opened so far end. */
  swap(model: Uint8Array): void {
    this.#model = model;
    for (const engine of this.engines) engine.swap(model);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#reviving;
    await Promise.all(this.engines.map((engine) => engine.dispose()));
  }

  #deal(tokens: readonly number[]): number {
    const living = [...this.engines.keys()].filter((place) => this.engines[place]?.death === null);
    const share = living.reduce((sum, place) => sum + this.#dealtTo(place), 0) / living.length;
    const holders = living.filter(
      (place) => this.engines[place]?.holds(tokens) && this.#dealtTo(place) < share + MOST_AHEAD,
    );
    const [first, ...others] = holders.length > 0 ? holders : living;
    if (first === undefined) throw this.#exhausted();
    return others.reduce((least, place) => (this.#dealtTo(place) < this.#dealtTo(least) ? place : least), first);
  }

  #dealtTo(place: number): number {
    return this.#dealt[place] as number;
  }

  #revive(): Promise<void> {
    this.#reviving ??= this.#replaceDead().finally(() => (this.#reviving = null));
    return this.#reviving;
  }

  async #replaceDead(): Promise<void> {
    for (const [place, dead] of this.engines.entries()) {
      if (dead.death === null || this.#isDisposed || this.#restarts >= MOST_RESTARTS) continue;
      this.#restarts += 1;
      const engine = await this.connect();
      if (this.#model) engine.swap(this.#model);
      this.engines[place] = engine;
      await dead.dispose();
    }
  }

  #exhausted(): FollowerError {
    const [engine] = this.engines;
    const cause = engine?.death as FollowerError;
    if (this.#isDisposed) return cause;
    return new FollowerError(`The follower is dead after ${this.#restarts} restarts of its workers. ${cause.message}`, {
      remedy: cause.remedy,
      cause,
    });
  }
}
