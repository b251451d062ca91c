import { messageOf, WeightsError } from '@rsim/core/errors';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';

const tokenizerJsonSchema = z.looseObject({
  added_tokens: z
    .array(
      z.looseObject({
        id: z.int().nonnegative(),
        content: z.string(),
        special: z.boolean(),
        single_word: z.boolean().default(false),
      }),
    )
    .default([]),
  decoder: z.looseObject({ type: z.string() }).nullish(),
  model: z.looseObject({}),
});

type TokenizerJson = z.output<typeof tokenizerJsonSchema>;

/** A tokenizer.json as models are published with: text to ids, of any kind that `@huggingface/tokenizers` knows. */
export class PublishedTokenizer {
  readonly json: TokenizerJson;
  readonly #library: Tokenizer;

  /**
   * @param json a parsed tokenizer.json
   * @param config the parsed tokenizer_config.json, or `{}`
   * @throws WeightsError when it is none, or has tokens that count only as words of their own
   */
  constructor(json: unknown, config: object) {
    const parsed = tokenizerJsonSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw unusableTokenizer(`${issue?.path.join('.')}: ${issue?.message}`);
    }
    this.json = parsed.data;
    // The library would take it within words, too.
    const word = this.json.added_tokens.find((token) => token.single_word);
    if (word) throw wordToken(word.content);
    try {
      this.#library = new Tokenizer(parsed.data, config);
    } catch (cause) {
      throw unusableTokenizer(messageOf(cause), cause);
    }
  }

  /** Id of a token by its text, or `undefined`. */
  idOf(token: string): number | undefined {
    return this.#library.token_to_id(token);
  }

  /** Id of each token; ids that no token has come without a text. */
  get vocabulary(): ReadonlyMap<string | undefined, number> {
    return this.#library.get_vocab(true);
  }

  /**
   * Ids of a text, special tokens written out included; `undefined` for what the vocabulary has no token for.
   * @param addSpecialTokens whether the tokenizer adds the marks it puts around every text
   */
  encode(text: string, addSpecialTokens: boolean): readonly (number | undefined)[] {
    return this.#library.encode(text, { add_special_tokens: addSpecialTokens }).ids;
  }
}

function wordToken(content: string): WeightsError {
  return new WeightsError(
    `The tokenizer.json has the token "${content}" that counts only as a word of its own (single_word), which is not computed here.`,
    { remedy: 'Use a model whose tokens all have `single_word: false`.' },
  );
}

export function unusableTokenizer(why: string, cause?: unknown): WeightsError {
  return new WeightsError(`The tokenizer.json is not usable: ${why}.`, {
    remedy: 'Use the tokenizer.json that was published with the model.',
    cause,
  });
}
