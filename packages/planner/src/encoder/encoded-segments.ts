import type { GruShape } from '../gru-parameters.js';
import type { NetworkOrigin } from '../policy-network.js';
import type { Segment } from '../segment.js';
import type { SegmentReader, SegmentSource, TextVectors } from '../segment-source.js';

/** Where the vectors of texts come from. */
export interface VectorSource {
  /** Its name, and its fingerprint: what the vectors depend on. */
  readonly facts: Readonly<Record<string, string>>;
  /** Vectors of these texts at least. */
  vectorsOf(texts: readonly string[]): Promise<TextVectors>;
}

/**
 * Vectors of a frozen encoder as what a network is given of each segment, [width + strategies]: the vector of the text, then 1
 * for the strategy under which it was written, none for a question. The encoder reads the same text alike under every
 * strategy, so that it reads it once.
 */
export class EncodedSegments implements SegmentSource {
  /** @param strategies Ids, in the order of their numbers. */
  constructor(
    private readonly encoder: VectorSource,
    private readonly strategies: readonly string[],
  ) {}

  get facts(): Readonly<Record<string, string>> {
    return this.encoder.facts;
  }

  async reader(segments: readonly Segment[]): Promise<SegmentReader> {
    return new VectorReader(await this.vectors(segments), this.strategies);
  }

  vectors(segments: readonly Segment[]): Promise<TextVectors> {
    return this.encoder.vectorsOf(segments.map(({ text }) => text));
  }

  origin(shape: GruShape): NetworkOrigin {
    return { kind: 'encoder', shape, strategies: this.strategies };
  }
}

class VectorReader implements SegmentReader {
  readonly #features = new Map<string, Float32Array>();

  constructor(
    private readonly vectors: TextVectors,
    private readonly strategies: readonly string[],
  ) {}

  of({ strategy, text }: Segment): Float32Array {
    const key = `${strategy ?? ''}\n${text}`;
    const known = this.#features.get(key);
    if (known !== undefined) return known;
    const vector = this.vectors.get(text)!;
    const features = new Float32Array(vector.length + this.strategies.length);
    features.set(vector);
    const action = strategy === null ? -1 : this.strategies.indexOf(strategy);
    if (action >= 0) features[vector.length + action] = 1;
    this.#features.set(key, features);
    return features;
  }
}
