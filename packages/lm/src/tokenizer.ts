import { FollowerError, WeightsError } from '@rsim/core';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';

import { SPECIAL_TOKENS } from './special-tokens.js';
import { tokenizerJsonSchema } from './tokenizer-json.js';

/** GPT-2's pre-tokens: words and numbers with one space before them, runs of signs, white space. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const SPECIAL_PATTERN = new RegExp(`(${SPECIAL_TOKENS.map((token) => token.replaceAll('|', '\\|')).join('|')})`);
const MOST_REMEMBERED_PIECES = 20_000;

/** Text to token ids and back, lossless for printable ASCII and line feeds. */
export class Tokenizer {
  readonly #library: LibraryTokenizer;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #texts: readonly string[];
  /**
   * A text's pieces are encoded independently of one another, so each distinct one is encoded once by the library and
   * remembered. Measured on corpus text, that is about ten times faster than encoding whole texts.
   */
  readonly #pieces = new Map<string, readonly number[]>();

  /**
   * @param json a parsed tokenizer.json
   * @throws WeightsError when it is not one that {@link buildTokenizerJson} could have written
   */
  constructor(json: unknown) {
    const parsed = tokenizerJsonSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new WeightsError(`The tokenizer is not usable: ${issue?.path.join('.')}: ${issue?.message}.`, {
        remedy: 'Use the tokenizer.json that was written beside the weights.',
      });
    }
    this.#library = new LibraryTokenizer(parsed.data, {});
    this.#ids = this.#library.get_vocab(true);
    this.#texts = Array.from(this.#ids.values(), (id) =>
      this.#library.decode([id], { clean_up_tokenization_spaces: false }),
    );
  }

  get vocabularySize(): number {
    return this.#texts.length;
  }

  /** Id of a special token such as `<|bos|>`, or `undefined` if the vocabulary has none of that name. */
  idOf(specialToken: string): number | undefined {
    return SPECIAL_TOKENS.includes(specialToken) ? this.#ids.get(specialToken) : undefined;
  }

  /**
   * Special tokens written out in the text become their one id.
   * @throws FollowerError when the text has a character that the vocabulary lacks
   */
  encode(text: string): number[] {
    const ids: number[] = [];
    for (const part of text.split(SPECIAL_PATTERN)) {
      const special = this.idOf(part);
      if (special !== undefined) ids.push(special);
      else this.#encodePlain(part, ids);
    }
    return ids;
  }

  /** The text of the ids, special tokens written out. Ids outside the vocabulary are a programming error. */
  decode(ids: readonly number[]): string {
    let text = '';
    for (const id of ids) {
      const part = this.#texts[id];
      if (part === undefined) throw new RangeError(`Token id ${id} is not in the vocabulary.`);
      text += part;
    }
    return text;
  }

  #encodePlain(text: string, ids: number[]): void {
    for (const piece of text.match(PIECES) ?? []) {
      for (const id of this.#pieces.get(piece) ?? this.#encodePiece(piece)) ids.push(id);
    }
  }

  #encodePiece(piece: string): readonly number[] {
    const { ids } = this.#library.encode(piece);
    if (this.decode(ids) !== piece) {
      throw new FollowerError(`The text ${JSON.stringify(piece)} has a character without a token.`, {
        code: 'text-not-encodable',
        remedy: 'Use printable ASCII characters and line feeds only.',
      });
    }
    if (this.#pieces.size >= MOST_REMEMBERED_PIECES) this.#pieces.clear();
    this.#pieces.set(piece, ids);
    return ids;
  }
}
