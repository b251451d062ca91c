import { FeatureExtractor } from './features.js';
import type { GruShape } from './gru-parameters.js';
import type { NetworkOrigin } from './policy-network.js';
import type { SegmentReader, SegmentSource } from './segment-source.js';

/** Hashed n-grams as what a network is given of each segment. */
export class HashedSegments implements SegmentSource {
  readonly facts = {};
  readonly #extractor: FeatureExtractor;

  constructor(buckets: number) {
    this.#extractor = new FeatureExtractor(buckets);
  }

  reader(): Promise<SegmentReader> {
    return Promise.resolve(this.#extractor);
  }

  origin(shape: GruShape): NetworkOrigin {
    return { kind: 'gru', shape };
  }
}
