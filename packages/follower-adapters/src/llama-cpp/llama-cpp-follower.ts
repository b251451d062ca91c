import { type Follower, FollowerError, type FollowerSession, type Strategy } from '@rsim/core';

import { SessionState } from '../session-state.js';
import type { ConversationFormat } from '../text/conversation-format.js';
import { contextOverflow, LlamaCppSession } from './llama-cpp-session.js';
import type { LlamaModel } from './llama-library.js';
import type { SequencePool } from './sequence-pool.js';

/** What all sessions of one follower share. */
export interface LlamaConversations {
  readonly model: LlamaModel;
  readonly pool: SequencePool;
  readonly format: ConversationFormat;
  /** Tokens one conversation may have. */
  readonly contextSize: number;
  readonly candidates: number;
  /** Whether a token is special and does not end the turn. */
  readonly isSteering: (token: number) => boolean;
  readonly meter: { evaluatedTokens: number; isClosed: boolean };
}

/**
 * A GGUF model run by llama.cpp, through node-llama-cpp. Steps that are asked for at the same time are evaluated
 * together; each conversation is a sequence of one context.
 *
 * Log-probabilities are the model's own, over its whole vocabulary at temperature 1; a token is drawn among the most
 * probable `candidates`. The end mark of a step is among its tokens. A guided step cannot write
 * special tokens, except the end of the turn.
 */
export class LlamaCppFollower implements Follower {
  constructor(
    readonly name: string,
    readonly parameters: number | null,
    private readonly conversations: LlamaConversations,
    private readonly release: () => Promise<void>,
  ) {}

  /** Tokens evaluated so far, all sessions together. */
  get evaluatedTokens(): number {
    return this.conversations.meter.evaluatedTokens;
  }

  /** Conversations that have a sequence, a file or a right to one. */
  get heldConversations(): number {
    return this.conversations.pool.held;
  }

  /** Tokens that injecting a strategy costs a step, after one that ended with its stop text. */
  countInjection(strategy: Strategy): number {
    const { model, format } = this.conversations;
    return model.tokenize(format.append(strategy, '\n'), true).length;
  }

  async open(question: string): Promise<FollowerSession> {
    const { model, pool, format, contextSize, meter } = this.conversations;
    if (meter.isClosed) {
      const remedy = 'Keep the follower until its steps have ended.';
      throw new FollowerError('The follower was disposed of.', { remedy });
    }
    const { text, addSpecialTokens } = format.open(question);
    requirePlain(question, model);
    const { bos, shouldPrependBosToken } = model.tokens;
    const beginning = addSpecialTokens && shouldPrependBosToken && bos !== null ? [bos] : [];
    const pending = [...beginning, ...model.tokenize(text, true)];
    if (pending.length >= contextSize) throw contextOverflow(contextSize);
    const conversation = { cache: pool.add(), pending, unreported: pending.length, turn: '', isUnclosed: false };
    return new LlamaCppSession(this.conversations, new SessionState(), conversation);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { meter } = this.conversations;
    if (meter.isClosed) return;
    meter.isClosed = true;
    await this.release();
  }
}

/** A question with a special token in it reads differently where those are looked for. */
function requirePlain(question: string, model: LlamaModel): void {
  const [plain, special] = [model.tokenize(question, false), model.tokenize(question, true)];
  if (plain.length === special.length) return;
  throw new FollowerError('The question contains a special token, which steers the follower.', {
    code: 'text-not-encodable',
    remedy: 'Take the special tokens out of the question.',
  });
}
