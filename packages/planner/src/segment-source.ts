import type { GruShape } from './gru-parameters.js';
import type { NetworkOrigin } from './policy-network.js';
import type { Segment } from './segment.js';

/** What the network is given of a segment: buckets of its n-grams, repeats included, or a vector. */
export type SegmentFeatures = Int32Array | Float32Array;

/** The same segment gives the same array, so that identity tells segments apart. */
export interface SegmentReader {
  of(segment: Segment): SegmentFeatures;
}

/** Vectors of texts, by text. */
export type TextVectors = ReadonlyMap<string, Float32Array>;

/** Where the features of segments come from: all that differs between recurrent planners. */
export interface SegmentSource {
  /** What stands in a planner's file of it, e.g. the fingerprint of a frozen encoder. */
  readonly facts: Readonly<Record<string, string>>;
  /** @throws PlannerError when the features cannot be had. */
  reader(segments: readonly Segment[]): Promise<SegmentReader>;
  /** What {@link reader} stands on where another thread cannot compute it itself. */
  vectors?(segments: readonly Segment[]): Promise<TextVectors>;
  /** What another thread makes a network over such a source from. */
  origin(shape: GruShape): NetworkOrigin;
}
