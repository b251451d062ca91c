import { GruNetwork } from './gru-network.js';
import { zeroParameters } from './gru-parameters.js';
import type { NetworkOrigin, PolicyNetwork } from './policy-network.js';

/** A network of that origin; its weights are to be copied in. */
export function openNetwork({ shape }: NetworkOrigin): Promise<PolicyNetwork> {
  return Promise.resolve(new GruNetwork(shape, zeroParameters(shape)));
}
