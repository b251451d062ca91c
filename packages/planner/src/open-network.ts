import { GruNetwork } from './gru-network.js';
import { zeroParameters } from './gru-parameters.js';
import type { NetworkOrigin, PolicyNetwork } from './policy-network.js';

/** A network of that origin; the weights that it learns are to be copied in. */
export async function openNetwork(origin: NetworkOrigin): Promise<PolicyNetwork> {
  if (origin.kind === 'gru') return new GruNetwork(origin.shape, zeroParameters(origin.shape));
  const { openTransformer } = await import('./transformer/open-transformer.js');
  return openTransformer(origin);
}
