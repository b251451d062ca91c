import { oneEpisodeEach } from './guided.js';
import { plannerFor, type Policy, type TrainedPlanner } from './policy.js';

/** `planner`, or another name where there are several: the trained planner, greedily, before every step. */
export function plannerPolicy({ planner, trainedOn, fingerprint = '' }: TrainedPlanner, name = 'planner'): Policy {
  return {
    name,
    trainedOn,
    after: [],
    fingerprint,
    run: (setting) => oneEpisodeEach(setting, { planner: plannerFor(planner, setting), greedy: true }),
  };
}
