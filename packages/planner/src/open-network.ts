import { EncodedSegments } from './encoder/encoded-segments.js';
import { GruNetwork } from './gru-network.js';
import { zeroParameters } from './gru-parameters.js';
import type { NetworkOrigin, PolicyNetwork } from './policy-network.js';
import type { TextVectors } from './segment-source.js';

/**
 * A network of that origin; its weights are to be copied in.
 * @param vectors of the texts it is going to read, where it needs such
 */
export function openNetwork(origin: NetworkOrigin, vectors: TextVectors = new Map()): Promise<PolicyNetwork> {
  const { kind, shape } = origin;
  const weights = zeroParameters(shape);
  if (kind === 'gru') return Promise.resolve(new GruNetwork(shape, weights));
  const known = { vectorsOf: () => Promise.resolve(vectors), facts: {} };
  return Promise.resolve(new GruNetwork(shape, weights, new EncodedSegments(known, origin.strategies)));
}
