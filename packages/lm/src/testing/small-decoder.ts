import type { DecoderConfig } from '../decoder-config.js';

/** A decoder small enough for finite differences. */
export const smallDecoder: DecoderConfig = {
  vocabularySize: 11,
  hiddenSize: 8,
  intermediateSize: 12,
  layers: 2,
  heads: 2,
  maxPositions: 16,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 100,
};
