import type { TextVectors } from '../segment-source.js';
import type { VectorSource } from './encoded-segments.js';

/** Texts that are sent to the encoder together. */
const textsAtOnce = 64;

/** Vectors of the last texts that were asked for; the others are computed, each once however often it is asked for meanwhile. */
export class RememberedVectors implements VectorSource {
  /** Least recently used first. */
  readonly #vectors = new Map<string, Promise<Float32Array>>();

  /**
   * @param embed computes vectors
   * @param limit texts that are remembered
   */
  constructor(
    readonly facts: Readonly<Record<string, string>>,
    private readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
    private readonly limit: number,
  ) {}

  async vectorsOf(texts: readonly string[]): Promise<TextVectors> {
    const distinct = [...new Set(texts)];
    const missing = distinct.filter((text) => !this.#vectors.has(text));
    for (let start = 0; start < missing.length; start += textsAtOnce) {
      this.#compute(missing.slice(start, start + textsAtOnce));
    }
    // Taken before any is dropped: more may be asked for than is remembered.
    const found = distinct.map((text) => this.#take(text));
    this.#drop();
    const vectors = await Promise.all(found);
    return new Map(distinct.map((text, index) => [text, vectors[index]!]));
  }

  #compute(texts: readonly string[]): void {
    const computed = this.embed(texts);
    for (const [index, text] of texts.entries()) {
      const vector = computed.then((vectors) => vectors[index]!);
      this.#vectors.set(text, vector);
      // What failed is computed again when it is asked for again.
      vector.catch(() => this.#vectors.delete(text));
    }
  }

  #take(text: string): Promise<Float32Array> {
    const vector = this.#vectors.get(text)!;
    this.#vectors.delete(text);
    this.#vectors.set(text, vector);
    return vector;
  }

  #drop(): void {
    for (const text of this.#vectors.keys()) {
      if (this.#vectors.size <= this.limit) return;
      this.#vectors.delete(text);
    }
  }
}
