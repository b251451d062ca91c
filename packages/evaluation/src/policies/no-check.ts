import { oneEpisodeEach } from './guided.js';
import { maskedPlanner } from './masked-planner.js';
import { plannerFor, type Policy, type TrainedPlanner } from './policy.js';

/** The strategies that look back at what was written. */
export const checkingStrategies: readonly string[] = ['validation', 'self-reflection'];

/**
 * `no-check`: a planner that may neither validate nor reflect. Fairest with a planner that was trained under the same
 * ban; one that was not is simply masked.
 */
export function noCheckPolicy({ planner, trainedOn, fingerprint = '' }: TrainedPlanner): Policy {
  return {
    name: 'no-check',
    trainedOn,
    after: [],
    fingerprint,
    run: (setting) => {
      const { strategySet } = setting;
      const forbidden = checkingStrategies.filter((id) =>
        strategySet.strategies.some((strategy) => strategy.id === id),
      );
      const masked = maskedPlanner(plannerFor(planner, setting), forbidden, strategySet);
      return oneEpisodeEach(setting, { planner: masked, greedy: true });
    },
  };
}
