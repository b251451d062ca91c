import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

import type { WrittenStep } from '../engine/engine.js';
import { sampleToken } from '../engine/sampling.js';
import type { StepRequest, VocabularyRoles } from './engine-messages.js';

/** Which tokens may be drawn in each situation, 1 for each allowed id. */
export interface TokenMasks {
  readonly line: Uint8Array;
  readonly answer: Uint8Array;
  /** The first token of a free line: any tag, or text. */
  readonly freeStart: Uint8Array;
  readonly freeLine: Uint8Array;
}

export function tokenMasks(roles: VocabularyRoles): TokenMasks {
  const mask = (isAllowed: (id: number) => boolean): Uint8Array =>
    Uint8Array.from({ length: roles.size }, (_, id) => (isAllowed(id) ? 1 : 0));
  const isText = (id: number): boolean => id >= roles.specialTokens;
  const isEnd = (id: number): boolean => id === roles.endOfDocument;
  return {
    line: mask(isText),
    answer: mask((id) => (isText(id) && id !== roles.lineFeed) || isEnd(id)),
    freeStart: mask((id) => !roles.never.includes(id)),
    freeLine: mask((id) => isText(id) || isEnd(id)),
  };
}

/** One step while it is being written: its own random stream, what it has drawn, and when it is over. */
export class StepInProgress {
  readonly #tokens: number[] = [];
  readonly #logProbabilities: number[] = [];
  readonly #uniform: () => number;
  #mode: StepRequest['mode'];

  constructor(
    private readonly request: StepRequest,
    private readonly promptTokens: number,
    private readonly roles: VocabularyRoles,
    private readonly masks: TokenMasks,
  ) {
    const generator = mersenne(request.seed);
    this.#uniform = () => uniformFloat64(generator);
    this.#mode = request.mode;
  }

  /** Whether there is room for a token to be drawn. */
  get hasRoom(): boolean {
    return this.request.injection.length + this.#tokens.length < this.request.maxTokens;
  }

  /** Draws the next token from one row of log-probabilities. */
  draw(logProbabilities: Float32Array): number {
    const token = sampleToken(logProbabilities, this.#mask(), this.request.temperature, this.#uniform);
    this.#tokens.push(token);
    this.#logProbabilities.push(logProbabilities[token] as number);
    if (this.#mode === 'free' && token === this.roles.answerTag) this.#mode = 'answer';
    return token;
  }

  /** How the step ended, or `null` while it goes on. */
  finish(): WrittenStep['finish'] | null {
    const last = this.#tokens.at(-1);
    if (last === this.roles.endOfDocument) return 'answer';
    if (last === this.roles.lineFeed) return 'stop';
    return this.hasRoom ? null : 'length';
  }

  written(finish: WrittenStep['finish']): WrittenStep {
    return {
      tokens: this.#tokens,
      logProbabilities: this.#logProbabilities,
      finish,
      promptTokens: this.promptTokens,
    };
  }

  #mask(): Uint8Array {
    if (this.#mode !== 'free') return this.masks[this.#mode];
    return this.#tokens.length === 0 ? this.masks.freeStart : this.masks.freeLine;
  }
}
