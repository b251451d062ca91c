import { ConfigError } from '@rsim/core';
import type { AdvantageEstimator, Episode, EpisodeTerms, Planner, StepEstimator } from '@rsim/core';
import { lacksVariance } from './advantages/within-groups.js';
import type { TrainablePlanner } from './trainable-planner.js';

/** An episode and what it was worth to a role, rule by rule; `null` when it cannot be compared with its group. */
export interface RewardedEpisode {
  readonly episode: Episode;
  readonly terms: EpisodeTerms;
}

/** Groups of episodes with what each of them was worth. */
export function rewardedGroups(
  terms: (episode: Episode) => EpisodeTerms,
  groups: readonly (readonly Episode[])[],
): RewardedEpisode[][] {
  return groups.map((group) => group.map((episode) => ({ episode, terms: terms(episode) })));
}

/** An episode and what there is to learn from it. */
export interface CreditedEpisode {
  readonly episode: Episode;
  /** Advantage of each step: of its decision, or of what was written (of no meaning where there is none); `null` when nothing may be learned. */
  readonly advantages: readonly number[] | null;
  /** What the leader's value estimate at each step should have been, where an estimator says so. */
  readonly valueTargets?: readonly number[];
  /** Log-probability that a reference policy gives each step's decision, as `withReference` finds it. */
  readonly referenceLogProbabilities?: readonly number[];
}

/** How much of a batch there is to learn from. */
export interface CreditCounts {
  readonly groups: {
    readonly all: number;
    /** Those that the estimator learns from: which they are is its own business. */
    readonly used: number;
    /** Those whose composite rewards are all alike, whether or not the estimator learns from them. */
    readonly withoutVariance: number;
    /** Those with fewer than two comparable episodes. */
    readonly tooSmall: number;
  };
  readonly episodes: {
    /** Those with an advantage. */
    readonly used: number;
    /** Episodes with an error or without a comparable reward. */
    readonly excluded: number;
  };
  /** Over the decisions to learn from; `null` when there are none. */
  readonly advantages: { readonly smallest: number; readonly largest: number; readonly deviation: number } | null;
}

/** @throws ConfigError when the estimator needs value estimates and the leader makes none. */
export function checkEstimator(
  estimator: AdvantageEstimator,
  planner: Planner & Pick<TrainablePlanner, 'estimatesValue'>,
): void {
  if (estimator.level === 'episode' || planner.estimatesValue === true) return;
  throw new ConfigError(
    `the estimator "${estimator.name}" needs value estimates, and planner "${planner.name}" makes none`,
    {
      remedy: 'Set planner.options.value=true, or choose another training.estimator.',
    },
  );
}

/**
 * Turns rewards into advantages for one role. An episode that failed is never compared, whatever its rewards.
 *
 * @param groups episodes by problem.
 */
export function creditEpisodes(
  groups: readonly (readonly RewardedEpisode[])[],
  estimator: AdvantageEstimator,
): { readonly groups: readonly (readonly CreditedEpisode[])[]; readonly counts: CreditCounts } {
  const terms = groups.map(comparableTerms);
  const credited =
    estimator.level === 'episode' ? spread(groups, estimator.advantages(terms)) : laid(groups, terms, estimator);
  return { groups: credited, counts: countsOf(terms, credited) };
}

/** Whether the composite rewards of a group's comparable episodes are all alike. */
export function isSilent(group: readonly RewardedEpisode[]): boolean {
  return lacksVariance(comparableTerms(group));
}

function comparableTerms(group: readonly RewardedEpisode[]): EpisodeTerms[] {
  return group.map(({ episode, terms }) => (episode.error === null ? terms : null));
}

/** Every step of an episode gets the episode's advantage. */
function spread(
  groups: readonly (readonly RewardedEpisode[])[],
  advantages: readonly (readonly (number | null)[])[],
): CreditedEpisode[][] {
  return groups.map((group, place) =>
    group.map(({ episode }, member) => {
      const advantage = advantages[place]![member]!;
      return { episode, advantages: advantage === null ? null : episode.steps.map(() => advantage) };
    }),
  );
}

/** Every decision has its own credit; steps without one get 0. */
function laid(
  groups: readonly (readonly RewardedEpisode[])[],
  terms: readonly (readonly EpisodeTerms[])[],
  estimator: StepEstimator,
): CreditedEpisode[][] {
  const credits = estimator.credit(
    groups.map((group, place) =>
      group.map(({ episode }, member) => ({
        terms: terms[place]![member]!,
        values: valuesOf(episode),
      })),
    ),
  );
  return groups.map((group, place) =>
    group.map(({ episode }, member) => {
      const credit = credits[place]![member]!;
      if (credit === null) return { episode, advantages: null };
      let decision = 0;
      const places = episode.steps.map((step) => (step.decision === null ? null : decision++));
      const laidOut = (numbers: readonly number[]) => places.map((at) => (at === null ? 0 : numbers[at]!));
      return { episode, advantages: laidOut(credit.advantages), valueTargets: laidOut(credit.valueTargets) };
    }),
  );
}

/** Estimates that an episode lacks count as 0: it was played by another planner. */
function valuesOf({ steps }: Episode): number[] {
  return steps.flatMap(({ decision }) => (decision === null ? [] : [decision.value ?? 0]));
}

function countsOf(
  terms: readonly (readonly EpisodeTerms[])[],
  credited: readonly (readonly CreditedEpisode[])[],
): CreditCounts {
  const groups = { all: credited.length, used: 0, withoutVariance: 0, tooSmall: 0 };
  let excluded = 0;
  for (const [place, group] of credited.entries()) {
    const own = terms[place]!;
    const comparable = own.filter((each) => each !== null).length;
    excluded += group.length - comparable;
    if (group.some(({ advantages }) => advantages !== null)) groups.used += 1;
    if (comparable < 2) groups.tooSmall += 1;
    else if (lacksVariance(own)) groups.withoutVariance += 1;
  }
  const used = credited
    .flat()
    .map(learnedAdvantages)
    .filter(({ length }) => length > 0);
  return { groups, episodes: { used: used.length, excluded }, advantages: spreadOf(used.flat()) };
}

/** Advantages of an episode's decisions; of all its steps where nobody led. */
function learnedAdvantages({ episode, advantages }: CreditedEpisode): number[] {
  return (advantages ?? []).filter((_, step) => episode.planner === null || episode.steps[step]!.decision !== null);
}

function spreadOf(values: readonly number[]): CreditCounts['advantages'] {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    smallest: values.reduce((least, value) => Math.min(least, value)),
    largest: values.reduce((most, value) => Math.max(most, value)),
    deviation: Math.sqrt(squares / values.length),
  };
}
