import { FollowerError } from '@rsim/core';
import { PublishedTokenizer, unusableTokenizer } from '@rsim/lm/published-tokenizer';

import { alphabetOf, bytesOfToken } from './token-bytes.js';
import { decodeTokens, packTokens, type TokenTable } from './token-table.js';

/** A published tokenizer.json: text to ids, and what bytes each id stands for. */
export class OnnxTokenizer {
  /** Texts of the tokens that are no text of the language. */
  readonly specialTokens: readonly string[];
  readonly specialIds: readonly number[];
  /** Ids of the tokens that were added to the language's own, special or not. */
  readonly addedIds: readonly number[];
  readonly table: TokenTable;
  readonly #tokenizer: PublishedTokenizer;
  readonly #addsSpace: boolean;

  /**
   * @param json a parsed tokenizer.json
   * @param config the parsed tokenizer_config.json, or `{}`
   * @throws WeightsError when it is none, or of a kind whose tokens cannot be put together again
   */
  constructor(json: unknown, config: object) {
    this.#tokenizer = new PublishedTokenizer(json, config);
    const { added_tokens: added, decoder } = this.#tokenizer.json;
    const special = added.filter((token) => token.special);
    this.specialTokens = special.map(({ content }) => content);
    this.specialIds = special.map(({ id }) => id);
    this.addedIds = added.map(({ id }) => id);
    const alphabet = alphabetOf(decoder ?? null);
    if (alphabet === null) throw unusableTokenizer(`it has ${decoder?.type ?? 'no'} decoder, which is not supported`);
    const contents = new Map(added.map((token) => [token.id, token.special ? '' : token.content]));
    const tokens: Uint8Array[] = [];
    for (const [text = '', id] of this.#tokenizer.vocabulary) {
      const content = contents.get(id);
      tokens[id] = content === undefined ? bytesOfToken(alphabet, text) : Buffer.from(content);
    }
    this.table = packTokens(Array.from(tokens, (token) => token ?? new Uint8Array()));
    this.#addsSpace = decodeTokens(this.table, this.#ids('a', false)) !== 'a';
  }

  /** Id of a token by its text, or `undefined`. */
  idOf(token: string): number | undefined {
    return this.#tokenizer.idOf(token);
  }

  /**
   * Ids of a text that nothing comes before; special tokens written out become their id.
   * @param addSpecialTokens whether the tokenizer adds the marks it puts around every text
   * @throws FollowerError when the vocabulary lacks a character
   */
  encode(text: string, addSpecialTokens: boolean): number[] {
    return this.#ids(text, addSpecialTokens);
  }

  /** Ids of a text that other text comes before: tokenizers that put a space before every text do not here. */
  encodeContinuation(text: string): number[] {
    if (text === '') return [];
    return this.#addsSpace ? this.#continued(text) : this.#ids(text, false);
  }

  #continued(text: string): number[] {
    const before = this.#ids('\n', false);
    const both = this.#ids(`\n${text}`, false);
    const isPrefix = before.every((id, index) => both[index] === id);
    return isPrefix ? both.slice(before.length) : this.#ids(text, false);
  }

  #ids(text: string, addSpecialTokens: boolean): number[] {
    const ids = this.#tokenizer.encode(text, addSpecialTokens);
    if (ids.every((id) => id !== undefined)) return [...ids];
    throw new FollowerError(`The text ${JSON.stringify(text.slice(0, 40))} has a character without a token.`, {
      code: 'text-not-encodable',
      remedy: "Use the characters that the model's tokenizer knows.",
    });
  }
}
