import { oneEpisodeEach } from './guided.js';
import type { Policy } from './policy.js';

/** `alone`: the follower without any injection, under the same budget. */
export function alonePolicy(): Policy {
  return {
    name: 'alone',
    trainedOn: null,
    after: [],
    fingerprint: '',
    run: (setting) => oneEpisodeEach(setting, { planner: null }),
  };
}
