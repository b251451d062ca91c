import type { Follower, FollowerSession, FollowerUsage } from '@rsim/core';

import { SessionState } from '../session-state.js';
import type { ConversationFormat } from '../text/conversation-format.js';
import type { CompletionServer } from './completion-server.js';
import type { BodyOptions } from './dialects/dialect.js';
import { HttpSession } from './http-session.js';
import type { RequestCounts } from './http-connection.js';
import type { UsageMeter } from './usage-meter.js';

/** What all sessions of one follower share. */
export interface HttpConversations {
  readonly server: CompletionServer;
  readonly format: ConversationFormat;
  readonly body: BodyOptions;
  readonly meter: UsageMeter;
  /** What the server puts before every prompt by itself. */
  readonly beginning: string;
  /** Special tokens that belong to the model's turn; their ids where the server tells them. */
  readonly special: { readonly texts: readonly string[]; readonly ids: readonly number[] };
  readonly episodeSeconds: number;
  /** Ends everything when the follower is disposed of. */
  readonly closing: AbortController;
}

/**
 * A language model behind an OpenAI-compatible server. A session is text kept here: each step sends the whole
 * conversation, whose beginning the server has in its cache, and failed requests leave no trace in it.
 */
export class HttpFollower implements Follower {
  constructor(
    readonly name: string,
    readonly parameters: number | null,
    private readonly conversations: HttpConversations,
    private readonly counts: RequestCounts,
  ) {}

  /** Its own limits end whatever hangs, so nobody needs to be quicker than they. */
  get stepSeconds(): number {
    return this.conversations.episodeSeconds;
  }

  /** What was asked so far, and what the whole steps cost. */
  get usage(): FollowerUsage {
    const { steps, promptTokens, cachedTokens, completionTokens, cost } = this.conversations.meter;
    return { steps, promptTokens, cachedTokens, completionTokens, cost, ...this.counts };
  }

  async open(question: string): Promise<FollowerSession> {
    return new HttpSession(this.conversations, question, new SessionState());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.conversations.closing.abort();
  }
}
