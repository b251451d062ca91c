import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { messageOf, WeightsError } from '@rsim/core';

import { MODEL_FILES } from './model-folder.js';
import { BOS_TOKEN } from './special-tokens.js';

/**
 * The tokenizer.json of any model, for what is only read: text to ids. Nothing that it is given is refused: characters that the
 * vocabulary lacks are passed over.
 */
export class ReadingTokenizer {
  readonly #library: LibraryTokenizer;
  readonly #vocabulary: ReadonlyMap<string, number>;
  /** SHA-256 of what it was made of, hexadecimal. */
  readonly fingerprint: string;

  /**
   * @param json a parsed tokenizer.json
   * @param config the parsed tokenizer_config.json, or `{}`
   * @throws WeightsError when it is none
   */
  constructor(json: object, config: object = {}) {
    try {
      this.#library = new LibraryTokenizer(json as ConstructorParameters<typeof LibraryTokenizer>[0], config);
      this.#vocabulary = this.#library.get_vocab(true);
      this.fingerprint = createHash('sha256')
        .update(JSON.stringify([json, config]))
        .digest('hex');
    } catch (cause) {
      throw unusable(messageOf(cause), cause);
    }
  }

  /**
   * Reads tokenizer.json and, where there is one, tokenizer_config.json of a model's folder.
   * @throws WeightsError naming the file that is missing or not usable
   */
  static async read(folder: string): Promise<ReadingTokenizer> {
    const [json, config] = await Promise.all([
      readJson(join(folder, MODEL_FILES.tokenizer)),
      readJson(join(folder, 'tokenizer_config.json'), {}),
    ]);
    return new ReadingTokenizer(json, config);
  }

  /** The largest id that a text can have. */
  get largestId(): number {
    return [...this.#vocabulary.values()].reduce((largest, id) => Math.max(largest, id), 0);
  }

  /** Whether a token has this text. */
  has(token: string): boolean {
    return this.#vocabulary.has(token);
  }

  /** Ids of a text with what the tokenizer puts before every text. */
  encodeOpening(text: string): number[] {
    return this.#ids(this.has(BOS_TOKEN) ? `${BOS_TOKEN}${text}` : text, true);
  }

  /** Ids of a text that follows another. */
  encode(text: string): number[] {
    return this.#ids(text, false);
  }

  #ids(text: string, isOpening: boolean): number[] {
    const ids: readonly (number | undefined)[] = this.#library.encode(text, { add_special_tokens: isOpening }).ids;
    return ids.filter((id) => id !== undefined);
  }
}

/** @param missing what a file that is not there stands for; without it, the file must be there */
async function readJson(file: string, missing?: object): Promise<object> {
  try {
    return Object(JSON.parse(await readFile(file, 'utf8'))) as object;
  } catch (cause) {
    if (missing !== undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw unusable(`${file} cannot be read: ${messageOf(cause)}`, cause);
  }
}

function unusable(why: string, cause: unknown): WeightsError {
  return new WeightsError(`The model's tokenizer is not usable: ${why}.`, {
    remedy: 'Name the folder of a whole model, with the tokenizer.json that was published with it.',
    cause,
  });
}
