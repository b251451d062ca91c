import type { FollowerError } from '@rsim/core';

import type { EngineOperation, EngineOutcome } from './engine-messages.js';

/** The way to one engine, wherever it runs. */
export interface EngineChannel {
  /** Operations are carried out in their order, all of one call before the next token. */
  post(operations: readonly EngineOperation[]): void;
  /** While held, the process does not end by itself. */
  hold(isNeeded: boolean): void;
  dispose(): Promise<void>;
}

/** What a channel tells its owner. */
export interface ChannelListener {
  onOutcomes(outcomes: readonly EngineOutcome[]): void;
  /** The engine is gone; nothing that was posted will be answered. */
  onDeath(error: FollowerError): void;
}
