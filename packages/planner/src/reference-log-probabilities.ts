import type { Episode, Planner, PlannerState, StrategySet } from '@rsim/core';
import type { CreditedEpisode } from './credit-episodes.js';

/** What the reference never chooses counts as this unlikely, so that the divergence stays a number. */
const smallestProbability = 1e-8;

/**
 * The episodes with the log-probability that `reference` gives to each decision, for the divergence's term of the loss.
 * Any planner will do: it is asked to decide in every state of the episodes.
 */
export async function withReference(
  groups: readonly (readonly CreditedEpisode[])[],
  reference: Planner,
  strategySet: StrategySet,
): Promise<CreditedEpisode[][]> {
  const learned = groups.flat().filter(({ advantages }) => advantages !== null);
  const episodes = learned.map(({ episode }) => episode);
  const logProbabilities = await referenceLogProbabilities(episodes, reference, strategySet);
  const known = new Map(episodes.map((episode, index) => [episode, logProbabilities[index]!]));
  return groups.map((group) =>
    group.map((credited) => {
      const referenceLogProbabilities = known.get(credited.episode);
      return referenceLogProbabilities === undefined ? credited : { ...credited, referenceLogProbabilities };
    }),
  );
}

/** Of each step of each episode: the log-probability that `reference` gives to its decision; 0 where there is none. */
export async function referenceLogProbabilities(
  episodes: readonly Episode[],
  reference: Planner,
  { strategies }: StrategySet,
): Promise<number[][]> {
  const actions = new Map(strategies.map(({ id }, index) => [id, index]));
  // One growing state per episode, as in the episode loop: a planner may keep what it has read.
  const states = episodes.map(({ problem }) => ({
    question: problem.question,
    steps: [] as PlannerState['steps'][number][],
  }));
  const result = episodes.map(({ steps }) => steps.map(() => 0));
  const longest = Math.max(0, ...episodes.map(({ steps }) => steps.length));
  for (let step = 0; step < longest; step += 1) {
    const asked = episodes.flatMap(({ steps }, index) => (steps[step]?.decision ? [index] : []));
    const decisions = await reference.decide(
      asked.map((index) => states[index]!),
      { greedy: true, seeds: [] },
    );
    for (const [place, index] of asked.entries()) {
      const action = actions.get(episodes[index]!.steps[step]!.decision!.strategy);
      const probability = action === undefined ? 0 : decisions[place]!.probabilities[action]!;
      result[index]![step] = Math.log(Math.max(probability, smallestProbability));
    }
    for (const [index, { steps }] of episodes.entries()) {
      const done = steps[step];
      if (done !== undefined) states[index]!.steps.push({ strategy: done.strategy ?? '', text: done.text });
    }
  }
  return result;
}
