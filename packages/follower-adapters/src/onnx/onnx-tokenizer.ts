import { FollowerError, messageOf, WeightsError } from '@rsim/core';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';

import { alphabetOf, bytesOfToken } from './token-bytes.js';
import { decodeTokens, packTokens, type TokenTable } from './token-table.js';

const tokenizerJsonSchema = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.int().nonnegative(), content: z.string(), special: z.boolean() }))
    .default([]),
  decoder: z.looseObject({ type: z.string() }).nullish(),
  model: z.looseObject({}),
});

/** A published tokenizer.json: text to ids, and what bytes each id stands for. */
export class OnnxTokenizer {
  /** Texts of the tokens that are no text of the language. */
  readonly specialTokens: readonly string[];
  readonly specialIds: readonly number[];
  readonly table: TokenTable;
  readonly #library: Tokenizer;
  readonly #addsSpace: boolean;

  /**
   * @param json a parsed tokenizer.json
   * @param config the parsed tokenizer_config.json, or `{}`
   * @throws WeightsError when it is none, or of a kind whose tokens cannot be put together again
   */
  constructor(json: unknown, config: object) {
    const parsed = tokenizerJsonSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw unusable(`${issue?.path.join('.')}: ${issue?.message}`);
    }
    try {
      this.#library = new Tokenizer(parsed.data, config);
    } catch (cause) {
      throw unusable(messageOf(cause), cause);
    }
    const special = parsed.data.added_tokens.filter((token) => token.special);
    this.specialTokens = special.map(({ content }) => content);
    this.specialIds = special.map(({ id }) => id);
    const alphabet = alphabetOf(parsed.data.decoder ?? null);
    if (alphabet === null)
      throw unusable(`it has ${parsed.data.decoder?.type ?? 'no'} decoder, which is not supported`);
    const added = new Map(parsed.data.added_tokens.map((token) => [token.id, token.special ? '' : token.content]));
    const tokens: Uint8Array[] = [];
    // Ids that no token has come out of the library without a text.
    for (const [text = '', id] of this.#library.get_vocab(true) as Map<string | undefined, number>) {
      const content = added.get(id);
      tokens[id] = content === undefined ? bytesOfToken(alphabet, text) : Buffer.from(content);
    }
    this.table = packTokens(Array.from(tokens, (token) => token ?? new Uint8Array()));
    this.#addsSpace = decodeTokens(this.table, this.#ids('a', false)) !== 'a';
  }

  /** Id of a token by its text, or `undefined`. */
  idOf(token: string): number | undefined {
    return this.#library.token_to_id(token);
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
    const ids: readonly (number | undefined)[] = this.#library.encode(text, {
      add_special_tokens: addSpecialTokens,
    }).ids;
    if (ids.every((id) => id !== undefined)) return [...ids];
    throw new FollowerError(`The text ${JSON.stringify(text.slice(0, 40))} has a character without a token.`, {
      code: 'text-not-encodable',
      remedy: "Use the characters that the model's tokenizer knows.",
    });
  }
}

function unusable(why: string, cause?: unknown): WeightsError {
  return new WeightsError(`The tokenizer.json is not usable: ${why}.`, {
    remedy: 'Use the tokenizer.json that was published with the model.',
    cause,
  });
}
