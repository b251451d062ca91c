import type { FollowerError } from '@rsim/core';

import type { EngineOperation, EngineOutcome, WrittenStep } from './engine.js';

/** The way to one engine, wherever it runs. */
export interface EngineChannel<Request> {
  /** Operations are carried out in their order, all of one call before the next token. */
  post(operations: readonly EngineOperation<Request>[]): void;
  /** While held, the process does not end by itself. */
  hold(isNeeded: boolean): void;
  dispose(): Promise<void>;
}

/** What a channel tells its owner. */
export interface ChannelListener<Written extends WrittenStep = WrittenStep> {
  /** The engine is ready, and tells what it found out about its model. */
  onStart(facts: unknown): void;
  onOutcomes(outcomes: readonly EngineOutcome<Written>[]): void;
  /** The engine is gone; nothing that was posted will be answered. */
  onDeath(error: FollowerError): void;
}
