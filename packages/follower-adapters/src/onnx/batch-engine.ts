import type { Engine, EngineFailure, EngineOutcome } from '../engine/engine.js';
import type { BatchEvaluator, Evaluated } from './batch-evaluator.js';
import { type CacheSlice, compact } from './cache-slice.js';
import type { OnnxStepRequest, OnnxVocabulary, OnnxWrittenStep } from './onnx-messages.js';
import { OnnxStep } from './onnx-step.js';
import { PrefixCache } from './prefix-cache.js';
import type { TokenSampler } from './token-sampler.js';

/** One conversation. The tokens that are not in its cache yet wait for the next round; the last one drawn is among them. */
interface Conversation extends Evaluated {
  /** Tokens that no step has reported as prompt yet. */
  unreported: number;
  step: OnnxStep | null;
}

export interface BatchEngineOptions {
  readonly contextLength: number;
  /** Most conversations evaluated together. */
  readonly batch: number;
}

/**
 * Writes the steps of many conversations at once, a token of each per round. They join and leave between rounds, keep
 * their keys and values from step to step, and a step evaluates its new tokens only.
 */
export class BatchEngine implements Engine<OnnxStepRequest, OnnxWrittenStep> {
  readonly #conversations = new Map<number, Conversation>();
  /** Sessions with a step under way, in the order in which their steps began. */
  readonly #working = new Set<number>();
  readonly #prefixes: PrefixCache;
  #outcomes: EngineOutcome<OnnxWrittenStep>[] = [];

  constructor(
    private readonly evaluator: BatchEvaluator,
    private readonly sampler: TokenSampler,
    private readonly vocabulary: OnnxVocabulary,
    private readonly options: BatchEngineOptions,
  ) {
    this.#prefixes = new PrefixCache(evaluator);
  }

  get working(): number {
    return this.#working.size;
  }

  /** All but the last token of each past are evaluated here, of equal pasts once; the last one is for the first step. */
  async open(sessions: readonly { readonly session: number; readonly tokens: readonly number[] }[]): Promise<void> {
    const pasts = sessions.map(({ session, tokens }) => ({ session, tokens: tokens.slice(0, -1) }));
    const caches = await this.#prefixes.acquire(pasts);
    sessions.forEach(({ session, tokens }, index) => {
      const cache = caches[index] as CacheSlice;
      const [pending, last] = [tokens.slice(-1), tokens.at(-2) ?? -1];
      const unreported = tokens.length - 1;
      this.#conversations.set(session, { cache, pending, last, unreported, step: null });
    });
  }

  fork(session: number, from: number): void {
    const original = this.#conversationOf(from);
    this.#conversations.set(session, { ...original, pending: [...original.pending], step: null });
  }

  begin(session: number, request: OnnxStepRequest): void {
    const conversation = this.#conversationOf(session);
    conversation.pending.push(...request.injection);
    if (conversation.pending.length === 0) takeBack(conversation);
    const promptTokens = conversation.unreported + conversation.pending.length;
    conversation.unreported = 0;
    conversation.step = new OnnxStep(request, promptTokens, this.vocabulary, this.sampler);
    this.#working.add(session);
    if (!conversation.step.hasRoom) this.#finish(session, 'length');
  }

  close(session: number): void {
    this.#working.delete(session);
    this.#conversations.delete(session);
    this.#prefixes.release(session);
    if (this.#conversations.size === 0) this.evaluator.forget();
  }

  failAll(failure: EngineFailure): void {
    this.evaluator.forget();
    for (const session of [...this.#working]) this.#fail(session, failure);
  }

  refuse(session: number, failure: EngineFailure): void {
    this.#outcomes.push({ session, failure });
  }

  takeOutcomes(): EngineOutcome<OnnxWrittenStep>[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }

  /** One round: those with one token waiting take it in together, and of the others as many as are good to evaluate at once. */
  async advance(): Promise<void> {
    this.#failOverflowing();
    const chosen = [...this.#working].slice(0, this.options.batch);
    const waiting = chosen.map((session) => ({ session, ...this.#lengthsOf(session) }));
    for (const group of this.evaluator.plan(waiting)) {
      const logits = await this.evaluator.evaluate(group.map(({ session }) => this.#conversationOf(session)));
      group.forEach(({ session }, place) => {
        const row = logits[place];
        if (row) this.#draw(session, row);
      });
    }
  }

  #draw(session: number, logits: Float32Array): void {
    const { step, pending } = this.#conversationOf(session);
    if (!step) return;
    const token = step.draw(logits);
    const finish = step.finish();
    // The mark that ended the turn is no part of a turn that goes on.
    if (!(step.endedTurn && finish === 'stop')) pending.push(token);
    if (finish) this.#finish(session, finish);
  }

  #finish(session: number, finish: OnnxWrittenStep['finish']): void {
    const conversation = this.#conversationOf(session);
    const { evaluatedTokens } = this.evaluator;
    if (conversation.step) this.#outcomes.push({ session, step: conversation.step.written(finish, evaluatedTokens) });
    this.#park(session, conversation);
  }

  #fail(session: number, failure: EngineFailure): void {
    this.#outcomes.push({ session, failure });
    this.#park(session, this.#conversationOf(session));
  }

  /** Between steps a conversation keeps its keys and values in buffers of its own, so that the batch's can go. */
  #park(session: number, conversation: Conversation): void {
    conversation.step = null;
    this.#working.delete(session);
    const { model } = this.evaluator;
    conversation.cache = compact(conversation.cache, model.shapes, (length) => model.createCache(length));
  }

  #failOverflowing(): void {
    for (const session of [...this.#working]) {
      const { length, pending } = this.#lengthsOf(session);
      if (length + pending > this.options.contextLength) this.#fail(session, overflow(this.options.contextLength));
    }
  }

  #lengthsOf(session: number): { length: number; pending: number } {
    const { cache, pending } = this.#conversationOf(session);
    return { length: cache.length, pending: pending.length };
  }

  #conversationOf(session: number): Conversation {
    const conversation = this.#conversations.get(session);
    if (!conversation) throw new RangeError(`The engine has no session ${session}.`);
    return conversation;
  }
}

/** Makes the last token of the cache wait again: what comes after it is to be drawn, and its logits are gone. */
function takeBack(conversation: Conversation): void {
  const { cache, last } = conversation;
  conversation.cache = { ...cache, length: cache.length - 1 };
  conversation.pending = [last];
}

function overflow(most: number): EngineFailure {
  return {
    code: 'context-overflow',
    message: `The conversation grew beyond the ${most} tokens that the follower can read.`,
    remedy: 'Give the episodes a smaller budget, or use a follower with a longer context.',
  };
}
