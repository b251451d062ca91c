import {
  FollowerError,
  type FollowerSession,
  type FollowerStep,
  messageOf,
  type StepOptions,
  type Strategy,
} from '@rsim/core';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

import { type SessionState, stepAborted, stepWithoutRoom } from '../session-state.js';
import { stepText } from '../text/conversation-format.js';
import { StopMatcher } from '../text/stop-matcher.js';
import { TokenTextStream } from '../text/token-text-stream.js';
import type { LlamaConversations } from './llama-cpp-follower.js';
import type { LlamaSequence } from './llama-library.js';
import { askNext, drawNext } from './next-token.js';
import type { Cache } from './sequence-pool.js';

/** What a conversation is apart from its keys and values. */
export interface Conversation {
  readonly cache: Cache;
  /** Tokens that belong to the conversation and are not evaluated yet. */
  readonly pending: readonly number[];
  /** How many of them no step has reported as prompt yet. */
  readonly unreported: number;
  /** The assistant's turn so far. */
  readonly turn: string;
  /** Whether the last step ended without the text that ends steps. */
  readonly isUnclosed: boolean;
}

/** A step as it was written. */
interface Writing {
  readonly text: string;
  readonly raw: string;
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly pending: readonly number[];
  readonly ending: 'stop-text' | 'end-of-turn' | 'length';
}

/** Tokens that a tokenizer may look back on to write the next one's text. */
const lookBack = 8;

/** One conversation. Keys and values stay where they are: a step evaluates its new tokens only. */
export class LlamaCppSession implements FollowerSession {
  constructor(
    private readonly shared: LlamaConversations,
    private readonly state: SessionState,
    private conversation: Conversation,
  ) {}

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    this.state.beginStep(options);
    const { pool, format } = this.shared;
    const { cache, turn, unreported } = this.conversation;
    const { appended, injection, unwritten } = this.#prepare(strategy, options);
    if (unwritten !== null) {
      this.state.cancelStep();
      return unwritten;
    }
    try {
      const writing = await this.#write(strategy, injection, options);
      const { text, raw, tokens, logProbabilities, pending, ending } = writing;
      const finish = finishOf(ending, format.finishAtEndOfTurn(strategy));
      const written = { turn: turn + appended + raw, isUnclosed: ending === 'end-of-turn' };
      this.conversation = { cache, pending, unreported: 0, ...written };
      this.state.endStep(finish === 'answer');
      return {
        ...{ text: stepText(text), tokens, logProbabilities, finish, strategy: strategy?.id ?? null },
        usage: { promptTokens: unreported + injection.length, budgetTokens: injection.length + tokens.length },
      };
    } catch (error) {
      // Some of the step may be in the sequence: nothing can go on from there.
      this.state.failStep();
      await pool.drop(cache);
      throw this.shared.meter.isClosed ? stepAborted() : stepFailed(error);
    }
  }

  async fork(): Promise<FollowerSession> {
    const state = this.state.fork();
    const { pool, meter } = this.shared;
    const cache = await pool.copy(this.conversation.cache).catch((error: unknown) => {
      throw meter.isClosed ? stepAborted() : forkFailed(error);
    });
    return new LlamaCppSession(this.shared, state, { ...this.conversation, cache });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state.dispose()) await this.shared.pool.drop(this.conversation.cache);
  }

  /** What is injected, or the step that leaves no room for it. What throws here leaves the session as it was. */
  #prepare(strategy: Strategy | null, { maxTokens }: StepOptions) {
    const { model, format } = this.shared;
    const { turn, isUnclosed } = this.conversation;
    try {
      const appended = format.append(strategy, turn, isUnclosed);
      const injection = appended === '' ? [] : model.tokenize(appended, true);
      return { appended, injection, unwritten: stepWithoutRoom(strategy, injection.length, maxTokens) };
    } catch (error) {
      this.state.cancelStep();
      // A model that was disposed of tokenizes nothing.
      throw this.shared.meter.isClosed ? stepAborted() : error;
    }
  }

  async #write(strategy: Strategy | null, injection: readonly number[], options: StepOptions): Promise<Writing> {
    const { pool, model, format } = this.shared;
    const { maxTokens, temperature, seed, signal } = options;
    const { cache } = this.conversation;
    let pending = [...this.conversation.pending, ...injection];
    // As with the other followers: under a strategy, of the special tokens only the end of the turn.
    const isAllowed = (token: number): boolean => strategy === null || !this.shared.isSteering(token);
    const generator = mersenne(seed);
    const tokens: number[] = [];
    const logProbabilities: number[] = [];
    const matcher = new StopMatcher(format.stops(strategy));
    const stream = new TokenTextStream((held) => {
      const before = [...injection, ...tokens].slice(0, injection.length + tokens.length - held.length);
      return model.detokenize(held, false, before.slice(-lookBack));
    });
    let [text, raw] = ['', ''];
    let ending: Writing['ending'] = 'length';
    this.#requireGoing(signal);
    if (injection.length === maxTokens) return { text, raw, tokens, logProbabilities, pending, ending };
    const sequence = await pool.take(cache);
    try {
      while (injection.length + tokens.length < maxTokens) {
        this.#requireGoing(signal);
        const next = await this.#evaluate(sequence, pending);
        const drawn = drawNext(next, isAllowed, temperature, () => uniformFloat64(generator));
        tokens.push(drawn.token);
        logProbabilities.push(drawn.logProbability);
        // The end mark stays out of the conversation, which may go on.
        if (model.isEogToken(drawn.token)) [pending, ending] = [[], 'end-of-turn'];
        else pending = [drawn.token];
        if (ending === 'end-of-turn') break;
        const piece = stream.push(drawn.token);
        raw += piece;
        text += matcher.push(piece);
        if (matcher.matched !== null) {
          ending = 'stop-text';
          break;
        }
      }
    } finally {
      pool.release(cache);
    }
    this.#requireGoing(signal);
    const rest = stream.flush();
    return {
      text: text + matcher.push(rest) + matcher.flush(),
      raw: raw + rest,
      tokens,
      logProbabilities,
      pending,
      ending,
    };
  }

  /** Evaluates tokens and returns what is known of the next. */
  async #evaluate(sequence: LlamaSequence, tokens: readonly number[]) {
    const { candidates, contextSize, meter } = this.shared;
    if (sequence.nextTokenIndex + tokens.length > contextSize) throw contextOverflow(contextSize);
    const last = tokens.length - 1;
    const input = tokens.map((token, index) => (index === last ? ([token, askNext(candidates)] as const) : token));
    const shift = {
      contextShift: {
        strategy: () => {
          throw contextOverflow(contextSize);
        },
      },
    };
    meter.evaluatedTokens += tokens.length;
    return (await sequence.controlledEvaluate(input, shift))[last]?.next;
  }

  #requireGoing(signal: AbortSignal | undefined): void {
    if (signal?.aborted === true || this.conversation.cache.isDropped || this.shared.meter.isClosed)
      throw stepAborted();
  }
}

function finishOf(ending: Writing['ending'], atEndOfTurn: 'stop' | 'answer'): FollowerStep['finish'] {
  if (ending === 'end-of-turn') return atEndOfTurn;
  return ending === 'stop-text' ? 'stop' : 'length';
}

/** What the library throws, as an error of this platform's. */
function stepFailed(cause: unknown): FollowerError {
  if (cause instanceof FollowerError) return cause;
  return new FollowerError(`llama.cpp failed in the middle of a step: ${messageOf(cause)}.`, {
    code: 'follower-failed',
    remedy: 'Look for what ran out: memory, the GPU, or space for temporary files.',
    cause,
  });
}

function forkFailed(cause: unknown): FollowerError {
  return new FollowerError(`The conversation's keys and values cannot be copied: ${messageOf(cause)}.`, {
    code: 'follower-failed',
    remedy: 'Make room for temporary files: forks, and conversations that wait, keep their keys and values there.',
    cause,
  });
}

export function contextOverflow(contextSize: number): FollowerError {
  return new FollowerError(`The conversation is longer than the context of ${contextSize} tokens.`, {
    code: 'context-overflow',
    remedy: 'Raise `contextSize`, as far as the model goes, or give the episodes a smaller budget.',
  });
}
