import { EncodedSegments } from './encoder/encoded-segments.js';
import { GruNetwork } from './gru-network.js';
import { zeroParameters } from './gru-parameters.js';
import type { NetworkOrigin, PolicyNetwork } from './policy-network.js';
import type { TextVectors } from './segment-source.js';

/**
 * A network of that origin; the weights that it learns are to be copied in.
 * @param vectors of the texts it is going to read, where it needs such
 */
export async function openNetwork(origin: NetworkOrigin, vectors: TextVectors = new Map()): Promise<PolicyNetwork> {
  if (origin.kind === 'transformer') {
    const { openTransformer } = await import('./transformer/open-transformer.js');
    return openTransformer(origin);
  }
  const weights = zeroParameters(origin.shape);
  if (origin.kind === 'gru') return new GruNetwork(origin.shape, weights);
  const known = { vectorsOf: () => Promise.resolve(vectors), facts: {} };
  return new GruNetwork(origin.shape, weights, new EncodedSegments(known, origin.strategies));
}
