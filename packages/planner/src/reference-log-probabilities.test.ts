import { defaultStrategies, runEpisodes, take } from '@rsim/core';
import { expect, test } from 'vitest';
import { GruPlanner } from './gru-planner.js';
import { referenceLogProbabilities, withReference } from './reference-log-probabilities.js';
import { ToyFollower, toySuite } from './testing/toy-world.js';

const options = { buckets: 128, embedding: 8, hidden: 8, backend: 'cpu' } as const;
const settings = { epochs: 2, minibatches: 1, clip: 0.2, learningRate: 1e-2, entropy: 0, maxGradientNorm: 1 };

async function live(planner: GruPlanner) {
  const problems = take(toySuite.problems({ split: 'train', seed: 1 }), 8).map((problem) => ({
    problem,
    suite: toySuite,
  }));
  const world = { follower: new ToyFollower(), planner, strategySet: defaultStrategies, rewards: [] };
  return runEpisodes({ ...world, problems, samples: 1, temperature: 1, greedy: false, seed: 3 });
}

/** Every choice of the first half was good, every one of the second bad. */
function judged(episodes: Awaited<ReturnType<typeof live>>) {
  return [episodes.map((episode, index) => ({ episode, advantages: episode.steps.map(() => (index < 4 ? 1 : -1)) }))];
}

test('the reference finds the probabilities that the same planner had when it acted', async () => {
  const planner = new GruPlanner(defaultStrategies, 1, options);
  await planner.update({ groups: judged(await live(planner)), settings });
  const episodes = await live(planner);
  const recorded = episodes.map(({ steps }) => steps.map(({ decision }) => decision?.logProbability ?? 0));
  const found = await referenceLogProbabilities(episodes, planner, defaultStrategies);
  found.forEach((steps, index) =>
    steps.forEach((value, step) => expect(value).toBeCloseTo(recorded[index]![step]!, 12)),
  );
});

test('what it never chooses is unlikely, not impossible, and what is not learned from is passed over', async () => {
  const episodes = await live(new GruPlanner(defaultStrategies, 1, options));
  const forbidden = defaultStrategies.strategies.map(({ id }) => id).filter((id) => id !== 'termination');
  const stubborn = new GruPlanner(defaultStrategies, 1, { ...options, forbidden });
  const [group] = judged(episodes);
  const [[first, ...rest] = []] = await withReference(
    [[{ ...group![0]!, advantages: null }, ...group!.slice(1)]],
    stubborn,
    defaultStrategies,
  );
  expect(first).not.toHaveProperty('referenceLogProbabilities');
  for (const value of rest.flatMap((credited) => credited.referenceLogProbabilities!)) {
    expect(value).toBeGreaterThanOrEqual(Math.log(1e-8));
  }
});

test('a weight on the divergence keeps a planner near what it was, and the report says how near', async () => {
  const distanceWith = async (kl: number) => {
    const planner = new GruPlanner(defaultStrategies, 1, options);
    const reference = planner.freeze();
    const groups = await withReference(judged(await live(planner)), reference, defaultStrategies);
    for (let update = 0; update < 5; update += 1)
      await planner.update({ groups, settings: { ...settings, clip: 9, kl } });
    const { policy } = await planner.update({ groups, settings: { ...settings, clip: 9, kl } });
    return policy!.referenceDivergence!;
  };
  expect(await distanceWith(5)).toBeLessThan((await distanceWith(0)) / 3);
});

test('a frozen planner stays as it was while the other learns', async () => {
  const planner = new GruPlanner(defaultStrategies, 1, options);
  const frozen = planner.freeze();
  const state = { question: 'Work out part 3.', steps: [] };
  const ask = async (asked: GruPlanner) => (await asked.decide([state], { greedy: true, seeds: [] }))[0]!.probabilities;
  const before = await ask(planner);
  await planner.update({ groups: judged(await live(planner)), settings });
  expect(await ask(frozen)).toEqual(before);
  expect(await ask(planner)).not.toEqual(before);
});
