import { createHash } from 'node:crypto';
import { readModelJson } from '@rsim/hub';
import { BOS_TOKEN, MODEL_FILES } from '@rsim/lm';
import { PublishedTokenizer } from '@rsim/lm/published-tokenizer';

/**
 * The tokenizer of any model, for what is only read: text to ids. Nothing that it is given is refused: characters that the
 * vocabulary lacks are passed over.
 */
export class ReadingTokenizer {
  readonly #tokenizer: PublishedTokenizer;
  /** SHA-256 of what it was made of, hexadecimal. */
  readonly fingerprint: string;

  private constructor(json: unknown, config: object) {
    this.#tokenizer = new PublishedTokenizer(json, config);
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify([json, config]))
      .digest('hex');
  }

  /**
   * Reads tokenizer.json and, where there is one, tokenizer_config.json of a model's folder.
   * @throws WeightsError naming the file that is missing or not usable
   */
  static async read(folder: string): Promise<ReadingTokenizer> {
    const [json, config] = await Promise.all([
      readModelJson(folder, MODEL_FILES.tokenizer),
      readModelJson(folder, 'tokenizer_config.json', {}),
    ]);
    return new ReadingTokenizer(json, Object(config) as object);
  }

  /** The largest id that a text can have. */
  get largestId(): number {
    return [...this.#tokenizer.vocabulary.values()].reduce((largest, id) => Math.max(largest, id), 0);
  }

  /** Whether a token has this text. */
  has(token: string): boolean {
    return this.#tokenizer.idOf(token) !== undefined;
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
    return this.#tokenizer.encode(text, isOpening).filter((id) => id !== undefined);
  }
}
