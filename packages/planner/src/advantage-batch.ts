import type { Episode } from '@rsim/core';
import { batchNormalised, decoupledAdvantages } from './decoupled-advantages.js';
import { groupAdvantages } from './group-advantages.js';
import type { RewardedEpisode, RewardNormalisation, RewardTerm, UpdateReport } from './trainable-planner.js';
import type { Trajectory } from './trajectory-batch.js';

/** One rollout ready to learn from. */
export interface LearnedEpisode {
  readonly trajectory: Trajectory;
  /** Log-probabilities of its choices as the acting policy had them; 0 where there is no choice. */
  readonly logProbabilities: readonly number[];
  readonly advantage: number;
}

/** The rollouts of a batch that can be learned from, by group, and how many cannot. */
export function learnedEpisodes(
  groups: readonly (readonly RewardedEpisode[])[],
  actions: ReadonlyMap<string, number>,
  normalisation: RewardNormalisation,
): { learned: LearnedEpisode[][] } & Pick<UpdateReport, 'groups' | 'episodes'> {
  const learned: LearnedEpisode[][] = [];
  const counts = { used: 0, withoutVariance: 0, tooSmall: 0 };
  let comparable = 0;
  let all = 0;
  for (const group of groups) {
    all += group.length;
    const members = group.filter(({ episode, terms }) => episode.error === null && terms !== null);
    comparable += members.length;
    const terms = members.map((member) => member.terms ?? []);
    const advantages = members.length < 2 ? null : estimators[normalisation](terms);
    if (advantages === null) {
      counts[members.length < 2 ? 'tooSmall' : 'withoutVariance'] += 1;
      continue;
    }
    counts.used += 1;
    learned.push(members.flatMap(({ episode }, index) => learnedEpisode(episode, advantages[index]!, actions)));
  }
  const used = learned.reduce((sum, group) => sum + group.length, 0);
  return {
    learned: normalisation === 'each' ? normalisedOver(learned) : learned,
    groups: counts,
    episodes: { used, excluded: all - comparable },
  };
}

const estimators: Readonly<
  Record<RewardNormalisation, (group: readonly (readonly RewardTerm[])[]) => number[] | null>
> = {
  sum: (group) =>
    groupAdvantages(group.map((terms) => terms.reduce((sum, { score, weight }) => sum + weight * score, 0))),
  each: decoupledAdvantages,
};

function normalisedOver(learned: readonly (readonly LearnedEpisode[])[]): LearnedEpisode[][] {
  const advantages = batchNormalised(learned.flat().map(({ advantage }) => advantage));
  let place = 0;
  return learned.map((group) => group.map((episode) => ({ ...episode, advantage: advantages[place++] ?? 0 })));
}

/** None for a rollout whose every step was forced: it holds no decision of the leader. */
function learnedEpisode(episode: Episode, advantage: number, actions: ReadonlyMap<string, number>): LearnedEpisode[] {
  const trajectory = trajectoryOf(episode, actions);
  if (trajectory.choices.length === 0) return [];
  const logProbabilities = episode.steps.map(({ decision }) => decision?.logProbability ?? 0);
  return [{ trajectory, logProbabilities, advantage }];
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
