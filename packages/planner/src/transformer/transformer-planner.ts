import { parseWith } from '@rsim/core';
import type { StrategySet } from '@rsim/core';
import { NetworkPlanner } from '../network-planner.js';
import { openTransformer } from './open-transformer.js';
import { transformerPlannerOptionsSchema } from './transformer-options.js';
import type { TransformerPlannerInput } from './transformer-options.js';

/**
 * Opens a leader over a decoder in `folder`.
 *
 * @param seed Names the random streams of fresh weights.
 * @throws ConfigError when an option is not valid for this strategy set or decoder.
 * @throws WeightsError when the decoder's files are missing or not usable.
 */
export async function openTransformerPlanner(
  strategySet: StrategySet,
  seed: number,
  folder: string,
  options: TransformerPlannerInput = {},
): Promise<NetworkPlanner> {
  const parsed = parseWith(transformerPlannerOptionsSchema, options, 'planner "transformer"');
  const { weights, lora = null, contextLength = null, learningRateScale, value, ...rest } = parsed;
  const network = await openTransformer({
    ...{ kind: 'transformer', folder, weights, lora, contextLength, learningRateScale, value, seed },
    ...{ actions: strategySet.strategies.length, backend: rest.backend },
  });
  return new NetworkPlanner('transformer', strategySet, network, rest);
}
