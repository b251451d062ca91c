import type { PlannerState } from '@rsim/core';
import type { ReadingTokenizer } from './reading-tokenizer.js';

/** Texts whose ids are remembered; questions and short steps come again and again within a group. */
const rememberedTexts = 50_000;

/**
 * An episode as the tokens that a decoder reads: the question and then every step, a line feed after each. A step begins
 * with its strategy: its tag `<|id|>` where the vocabulary has that (that of the embedded models, which were trained on such
 * documents), or else `id: `. Each part is turned into tokens by itself, so that what was read of a shorter episode is how a longer
 * one begins, whatever the tokenizer.
 */
export class DecoderText {
  readonly #ids = new Map<string, readonly number[]>();

  /** @param contextLength Most tokens of an episode; those in the middle of a longer one are left out. */
  constructor(
    private readonly tokenizer: ReadingTokenizer,
    readonly contextLength: number,
  ) {}

  /** Tokens of the question, and of each step. */
  parts({ question, steps }: PlannerState): (readonly number[])[] {
    const opening = this.#remembered(`\n${question}`, () => this.tokenizer.encodeOpening(`${question}\n`));
    return [opening, ...steps.map((step) => this.#step(step))];
  }

  /** What is read before a decision: all parts, or their beginning and their end where there is no room for all. */
  prefix(parts: readonly (readonly number[])[]): number[] {
    const tokens = parts.flat();
    if (tokens.length <= this.contextLength) return tokens;
    const begin = Math.floor(this.contextLength / 2);
    return [...tokens.slice(0, begin), ...tokens.slice(begin - this.contextLength)];
  }

  #step({ strategy, text }: PlannerState['steps'][number]): readonly number[] {
    return this.#remembered(`${strategy}\n${text}`, () => {
      const tag = `<|${strategy}|>`;
      return this.tokenizer.encode(`${this.tokenizer.has(tag) ? tag : `${strategy}: `}${text}\n`);
    });
  }

  #remembered(key: string, encode: () => readonly number[]): readonly number[] {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const ids = encode();
    if (this.#ids.size >= rememberedTexts) this.#ids.clear();
    this.#ids.set(key, ids);
    return ids;
  }
}
