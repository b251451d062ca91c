import { parseWith } from '@rsim/core';
import type { StrategySet } from '@rsim/core';
import { GruNetwork } from './gru-network.js';
import { initialParameters } from './gru-parameters.js';
import { NetworkPlanner } from './network-planner.js';
import { gruPlannerOptionsSchema } from './planner-options.js';
import type { GruPlannerInput } from './planner-options.js';

/** The default leader, a {@link GruNetwork} of about 150 000 weights. */
export class GruPlanner extends NetworkPlanner {
  /**
   * @param seed Names the random stream of the initial weights.
   * @throws ConfigError when an option is not valid for this strategy set.
   */
  constructor(strategySet: StrategySet, seed: number, options: GruPlannerInput = {}) {
    const { buckets, embedding, hidden, value, ...rest } = parseWith(gruPlannerOptionsSchema, options, 'planner "gru"');
    const shape = { buckets, embedding, hidden, actions: strategySet.strategies.length, value };
    super('gru', strategySet, new GruNetwork(shape, initialParameters(shape, seed)), rest);
  }
}
