import type { Engine, EngineFailure, EngineOutcome } from '../engine/engine.js';
import type { BatchEvaluator, Evaluated } from './batch-evaluator.js';
import type { OnnxStepRequest, OnnxVocabulary, OnnxWrittenStep } from './onnx-messages.js';
import { OnnxStep } from './onnx-step.js';
import type { TokenSampler } from './token-sampler.js';

/** One conversation. The tokens that are not in its cache yet wait for the next round; the last one drawn is among them. */
interface Conversation extends Evaluated {
  /** The tokens that it began with, except the last one. */
  readonly past: string;
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
  #outcomes: EngineOutcome<OnnxWrittenStep>[] = [];

  constructor(
    private readonly evaluator: BatchEvaluator,
    private readonly sampler: TokenSampler,
    private readonly vocabulary: OnnxVocabulary,
    private readonly options: BatchEngineOptions,
  ) {}

  get working(): number {
    return this.#working.size;
  }

  get held(): number {
    return this.evaluator.rows;
  }

  /**
   * All but the last token of each past are evaluated here; the last one is for the first step. Equal pasts, as the episodes
   * of a group have them, are evaluated once and copied, also from conversations that went on.
   */
  async open(sessions: readonly { readonly session: number; readonly tokens: readonly number[] }[]): Promise<void> {
    const byPast = new Map([...this.#conversations.values()].map((each) => [each.past, each]));
    const opened = sessions.map(({ session, tokens }) => {
      const [pending, last, past] = [[...tokens], tokens.at(-2) ?? -1, tokens.slice(0, -1).join()];
      const conversation = { row: -1, length: 0, pending, last, past, unreported: tokens.length, step: null };
      const twin = byPast.get(past) ?? null;
      if (twin === null) byPast.set(past, this.evaluator.add(conversation));
      return { session, conversation, twin };
    });
    const missing = opened.filter(({ twin }) => twin === null).map(({ conversation }) => conversation);
    try {
      await this.evaluator.feed(missing);
    } catch (error) {
      for (const conversation of missing) this.evaluator.remove(conversation);
      throw error;
    }
    for (const { session, conversation, twin } of opened) {
      if (twin)
        this.evaluator.copy(twin, conversation, conversation.pending.splice(0, conversation.pending.length - 1).length);
      this.#conversations.set(session, conversation);
    }
  }

  fork(session: number, from: number): void {
    const original = this.#conversationOf(from);
    const copy = { ...original, pending: [...original.pending], step: null };
    this.evaluator.copy(original, copy, original.length);
    this.#conversations.set(session, copy);
  }

  begin(session: number, request: OnnxStepRequest): void {
    const conversation = this.#conversationOf(session);
    conversation.pending.push(...request.injection);
    if (conversation.pending.length === 0) takeBack(conversation);
    const promptTokens = conversation.unreported + request.injection.length;
    conversation.unreported = 0;
    conversation.step = new OnnxStep(request, promptTokens, this.vocabulary, this.sampler);
    this.#working.add(session);
    if (!conversation.step.hasRoom) this.#finish(session, 'length');
  }

  close(session: number): void {
    const conversation = this.#conversations.get(session);
    if (!conversation) return;
    this.#working.delete(session);
    this.#conversations.delete(session);
    this.evaluator.remove(conversation);
  }

  async swap(graph: Uint8Array): Promise<void> {
    for (const session of [...this.#conversations.keys()]) this.close(session);
    await this.evaluator.model.swap(graph);
  }

  failAll(failure: EngineFailure): void {
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

  /** One round: what steps inject is taken in, then every conversation at work draws a token. */
  async advance(): Promise<void> {
    this.#failOverflowing();
    const chosen = [...this.#working].slice(0, this.options.batch);
    if (chosen.length === 0) return;
    const conversations = chosen.map((session) => this.#conversationOf(session));
    const logits = await this.evaluator.evaluate(conversations);
    chosen.forEach((session, place) => {
      this.#draw(session, logits.get(conversations[place] as Conversation) as Float32Array);
    });
  }

  #draw(session: number, logits: Float32Array): void {
    const { step, pending } = this.#conversationOf(session);
    if (!step) return;
    const token = step.draw(logits);
    if (!step.isProbable) return this.#fail(session, notNumbers());
    const finish = step.finish();
    // The mark that ended the turn is no part of a turn that goes on.
    if (!(step.endedTurn && finish === 'stop')) pending.push(token);
    if (finish) this.#finish(session, finish);
  }

  #finish(session: number, finish: OnnxWrittenStep['finish']): void {
    const conversation = this.#conversationOf(session);
    const { evaluatedTokens } = this.evaluator;
    if (conversation.step) this.#outcomes.push({ session, step: conversation.step.written(finish, evaluatedTokens) });
    this.#rest(session, conversation);
  }

  #fail(session: number, failure: EngineFailure): void {
    this.#outcomes.push({ session, failure });
    this.#rest(session, this.#conversationOf(session));
  }

  #rest(session: number, conversation: Conversation): void {
    conversation.step = null;
    this.#working.delete(session);
  }

  #failOverflowing(): void {
    for (const session of [...this.#working]) {
      const { length, pending } = this.#conversationOf(session);
      if (length + pending.length > this.options.contextLength)
        this.#fail(session, overflow(this.options.contextLength));
    }
  }

  #conversationOf(session: number): Conversation {
    const conversation = this.#conversations.get(session);
    if (!conversation) throw new RangeError(`The engine has no session ${session}.`);
    return conversation;
  }
}

/** Makes the last token of the cache wait again: what comes after it is to be drawn, and its logits are gone. */
function takeBack(conversation: Conversation): void {
  conversation.length -= 1;
  conversation.pending = [conversation.last];
}

function notNumbers(): EngineFailure {
  return {
    code: 'logits-not-finite',
    message: "The model's logits are no numbers.",
    remedy: 'Use another `dtype` or `device`: half precision is too narrow for some models; fp32 is not.',
  };
}

function overflow(most: number): EngineFailure {
  return {
    code: 'context-overflow',
    message: `The conversation grew beyond the ${most} tokens that the follower can read.`,
    remedy: 'Give the episodes a smaller budget, or use a follower with a longer context.',
  };
}
