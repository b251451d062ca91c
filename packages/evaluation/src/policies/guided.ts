import { at } from '../at.js';
import { outcomeOf, type Outcome } from '../outcome.js';
import type { PolicySetting, RolloutRequest } from './policy.js';

/** One episode per problem: the whole of what most policies do. */
export async function oneEpisodeEach(
  setting: PolicySetting,
  request: Pick<RolloutRequest, 'planner' | 'greedy'>,
): Promise<readonly Outcome[]> {
  const episodes = await setting.rollout(request);
  return setting.problems.map((problem, index) => outcomeOf(problem, at(episodes, index), setting.judge));
}
