import type { ProviderContext } from '@rsim/core';
import { GruNetwork } from '../gru-network.js';
import { initialParameters } from '../gru-parameters.js';
import { NetworkPlanner } from '../network-planner.js';
import { EncodedSegments } from './encoded-segments.js';
import { readEncoderFolder } from './encoder-folder.js';
import type { EncoderPlannerOptions } from './encoder-options.js';
import { openEncoder } from './open-encoder.js';

/**
 * A leader that reads with a frozen sentence encoder: the recurrent network of `gru` over a learned projection of the vectors.
 *
 * @throws WeightsError when the encoder is missing or not usable
 * @throws HubError when its download fails
 * @throws ConfigError when an option is not valid for this strategy set
 */
export async function openEncoderPlanner(
  options: EncoderPlannerOptions,
  { strategySet, seed, configDirectory, onDownload }: ProviderContext,
): Promise<NetworkPlanner> {
  const folder = await readEncoderFolder(options, configDirectory, { onProgress: onDownload });
  const { vectors, width } = await openEncoder(folder, options.remembered);
  const strategies = strategySet.strategies.map(({ id }) => id);
  const actions = strategies.length;
  const { embedding, hidden, value } = options;
  const shape = { buckets: width + actions, embedding, hidden, actions, value };
  const network = new GruNetwork(shape, initialParameters(shape, seed), new EncodedSegments(vectors, strategies));
  return new NetworkPlanner('encoder', strategySet, network, options);
}
