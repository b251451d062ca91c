import type { Episode } from '@rsim/core';
import type { CreditedEpisode } from './credit-episodes.js';
import type { Trajectory } from './trajectory.js';

/** One episode ready to learn from. */
export interface LearnedEpisode {
  readonly trajectory: Trajectory;
  /** Of each step: log-probability that the acting policy had, and advantage; 0 where there is no choice. */
  readonly logProbabilities: readonly number[];
  readonly advantages: readonly number[];
  /** The same under the reference policy, where there is one. */
  readonly referenceLogProbabilities?: readonly number[];
  /** What the value estimate should have been, where an estimator says so. */
  readonly valueTargets?: readonly number[];
}

/** The episodes of a batch that hold a decision and an advantage, by group; groups without any are left out. */
export function learnedEpisodes(
  groups: readonly (readonly CreditedEpisode[])[],
  actions: ReadonlyMap<string, number>,
): LearnedEpisode[][] {
  return groups
    .map((group) => group.flatMap((credited) => learnedEpisode(credited, actions)))
    .filter(({ length }) => length > 0);
}

function learnedEpisode(
  { episode, advantages, referenceLogProbabilities, valueTargets }: CreditedEpisode,
  actions: ReadonlyMap<string, number>,
): LearnedEpisode[] {
  if (advantages === null) return [];
  const trajectory = trajectoryOf(episode, actions);
  if (trajectory.choices.length === 0) return [];
  const logProbabilities = episode.steps.map(({ decision }) => decision?.logProbability ?? 0);
  return [{ trajectory, logProbabilities, advantages, referenceLogProbabilities, valueTargets }];
}

/** What the leader saw of an episode and decided; forced steps are seen but not learned from. */
export function trajectoryOf(episode: Episode, actions: ReadonlyMap<string, number>): Trajectory {
  const choices = episode.steps.map(({ decision }) => {
    return decision === null ? null : (actions.get(decision.strategy) ?? null);
  });
  const last = choices.findLastIndex((choice) => choice !== null);
  return {
    question: episode.problem.question,
    steps: episode.steps.map(({ strategy, text }) => ({ strategy: strategy ?? '', text })),
    choices: choices.slice(0, last + 1),
  };
}
