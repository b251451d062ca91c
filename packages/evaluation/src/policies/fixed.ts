import { ConfigError, terminalStrategy, type Planner, type StrategySet } from '@rsim/core';
import { at } from '../at.js';
import { certain } from './decisions.js';
import { oneEpisodeEach } from './guided.js';
import type { Policy } from './policy.js';

/** Strategies in the order in which they are injected; the terminal one follows the last and is not written down. */
export type Schedule = readonly string[];

/** A planner that follows a schedule whatever the follower writes, and then ends the episode. */
export function fixedPlanner(schedule: Schedule, strategySet: StrategySet): Planner {
  const plan = [...schedule, terminalStrategy(strategySet).id].map((id) => certain(strategySet, id));
  const last = plan.length - 1;
  return {
    name: 'fixed',
    decide: async (states) => states.map(({ steps }) => at(plan, Math.min(steps.length, last))),
  };
}

/**
 * `fixed`: the best schedule that does not depend on what the follower writes, one per suite. The schedules come from a
 * search on the training split; see `searchSchedules`.
 *
 * @param schedules by suite name.
 */
export function fixedPolicy(schedules: Readonly<Record<string, Schedule>>): Policy {
  return {
    name: 'fixed',
    trainedOn: null,
    after: [],
    fingerprint: JSON.stringify(schedules),
    run: (setting) => {
      const schedule = schedules[setting.suite.name];
      if (schedule === undefined) {
        throw new ConfigError(`there is no fixed schedule for suite "${setting.suite.name}"`, {
          remedy: 'Search a schedule for every suite that is evaluated.',
        });
      }
      return oneEpisodeEach(setting, { planner: fixedPlanner(schedule, setting.strategySet) });
    },
  };
}
