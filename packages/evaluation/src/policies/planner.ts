import { oneEpisodeEach } from './guided.js';
import { plannerFor, type Policy, type TrainedPlanner } from './policy.js';

/** `planner`: the trained planner, greedily, before every step. */
export function plannerPolicy({ planner, trainedOn, fingerprint = '' }: TrainedPlanner): Policy {
  return {
    name: 'planner',
    trainedOn,
    after: [],
    fingerprint,
    run: (setting) => oneEpisodeEach(setting, { planner: plannerFor(planner, setting), greedy: true }),
  };
}
