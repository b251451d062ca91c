import { ConfigError, PlannerError, runEpisodes, take, type Planner } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../outcome.js';
import { fakeFollower, fakeSuite, strategySet } from '../testing/fakes.js';
import { certain } from './decisions.js';
import { fixedPlanner, fixedPolicy } from './fixed.js';
import { maskedPlanner } from './masked-planner.js';
import { noCheckPolicy } from './no-check.js';
import { perProblemPlanner } from './oracle.js';
import type { PolicySetting } from './policy.js';
import { measuredRates, randomCheckPlanner } from './random-check.js';
import { randomPlanner } from './random.js';

const suite = fakeSuite('words');
const problems = take(suite.problems({ split: 'test', seed: 1 }), 6);
const state = (...strategies: string[]) => ({
  question: problems[0]?.question ?? '',
  steps: strategies.map((strategy) => ({ strategy, text: 'good' })),
});
const options = { greedy: true, seeds: [7, 8, 9, 10] };

/** Prefers validation, then continuation, then termination. */
const checker: Planner = {
  name: 'checker',
  decide: async (states) =>
    states.map(() => ({ strategy: 'validation', logProbability: Math.log(0.6), probabilities: [0.3, 0.6, 0.1] })),
};

describe('fixedPlanner', () => {
  it('follows its schedule and then ends', async () => {
    const planner = fixedPlanner(['continuation', 'validation'], strategySet);
    const states = [state(), state('continuation'), state('continuation', 'validation'), state('a', 'b', 'c')];
    const decisions = await planner.decide(states, options);
    expect(decisions.map(({ strategy }) => strategy)).toEqual([
      'continuation',
      'validation',
      'termination',
      'termination',
    ]);
    expect(decisions[1]).toEqual({ strategy: 'validation', logProbability: 0, probabilities: [0, 1, 0] });
  });

  it('refuses strategies the set does not have, and suites without a schedule', () => {
    expect(() => fixedPlanner(['prayer'], strategySet)).toThrow(ConfigError);
    expect(() => fixedPolicy({}).run({ suite } as PolicySetting)).toThrow(/no fixed schedule for suite "words"/);
  });
});

describe('randomPlanner', () => {
  it('picks each strategy about as often, by its seeds alone', async () => {
    const seeds = Array.from({ length: 3000 }, (_, seed) => seed);
    const planner = randomPlanner(strategySet);
    const decide = () =>
      planner.decide(
        Array.from({ length: 3000 }, () => state()),
        { greedy: false, seeds },
      );
    const decisions = await decide();
    for (const { id } of strategySet.strategies) {
      const share = decisions.filter(({ strategy }) => strategy === id).length / 3000;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.04);
    }
    expect(await decide()).toEqual(decisions);
  });
});

describe('maskedPlanner', () => {
  it('takes the best of what is left, renormalised', async () => {
    const [decision] = await maskedPlanner(checker, ['validation'], strategySet).decide([state()], options);
    expect(decision?.strategy).toBe('continuation');
    expect(decision?.probabilities[0]).toBeCloseTo(0.75, 12);
    expect(decision?.probabilities[1]).toBe(0);
    expect(decision?.logProbability).toBeCloseTo(Math.log(0.75), 12);
  });

  it('ends the episode where nothing is left', async () => {
    const stubborn = { name: 'stubborn', decide: async () => [certain(strategySet, 'validation')] };
    const [decision] = await maskedPlanner(stubborn, ['validation'], strategySet).decide([state()], options);
    expect(decision?.strategy).toBe('termination');
  });

  it('never samples what is forbidden', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const planner = maskedPlanner(checker, ['validation'], strategySet);
        const [decision] = await planner.decide([state()], { greedy: false, seeds: [seed] });
        expect(decision?.strategy).not.toBe('validation');
      }),
    );
  });
});

describe('randomCheckPlanner', () => {
  const outcome = (...decisions: string[]) => ({ decisions }) as Outcome;
  const outcomes = [
    outcome('continuation', 'validation', 'continuation', 'termination'),
    outcome('continuation', 'continuation', 'validation', 'termination'),
  ];

  it('measures how often the planner checked', () => {
    const after = measuredRates(outcomes, 'after-strategy');
    expect(after.get('')).toBe(0);
    expect(after.get('continuation')).toBe(0.5);
    expect(after.get('validation')).toBe(0);
    const overall = measuredRates(outcomes, 'overall');
    expect([overall.get(''), overall.get('continuation'), overall.get('validation')]).toEqual([0.25, 0.25, 0.25]);
  });

  it('checks at that rate, whatever was written', async () => {
    const planner = randomCheckPlanner(checker, new Map([['continuation', 0.3]]), strategySet);
    const seeds = Array.from({ length: 4000 }, (_, seed) => seed);
    const states = seeds.map(() => state('continuation'));
    const checks = (await planner.decide(states, { greedy: true, seeds })).filter(
      ({ strategy }) => strategy === 'validation',
    );
    expect(Math.abs(checks.length / 4000 - 0.3)).toBeLessThan(0.03);
    const [first] = await planner.decide([state()], options);
    expect(first?.strategy).toBe('continuation');
  });
});

describe('perProblemPlanner', () => {
  it('asks each problem its own planner', async () => {
    const planner = perProblemPlanner('oracle', problems, ({ key }) => ({
      name: key,
      decide: async () => [certain(strategySet, key === problems[1]?.key ? 'validation' : 'continuation')],
    }));
    const states = problems.slice(0, 3).map(({ question }) => ({ question, steps: [] }));
    const decisions = await planner.decide(states, options);
    expect(decisions.map(({ strategy }) => strategy)).toEqual(['continuation', 'validation', 'continuation']);
    await expect(planner.decide([{ question: 'Who?', steps: [] }], options)).rejects.toThrow(PlannerError);
  });
});

describe('noCheckPolicy', () => {
  it('bans what the set has of the checking strategies, and no more', async () => {
    const seen: string[] = [];
    const outcomes = await noCheckPolicy({ planner: checker, trainedOn: 'fake' }).run({
      ...{ suite, follower: fakeFollower(), seed: 1, streams: 1, problems, strategySet, before: new Map() },
      rollout: async ({ planner, greedy = false }) => {
        const episodes = await runEpisodes({
          ...{
            planner,
            greedy,
            samples: 1,
            follower: fakeFollower(),
            strategySet,
            rewards: [],
            temperature: 1,
            seed: 1,
          },
          problems: problems.map((problem) => ({ problem, suite })),
        });
        seen.push(...episodes.flatMap(({ steps }) => steps.map(({ strategy }) => strategy ?? '')));
        return episodes;
      },
    });
    expect(outcomes.every(({ error }) => error === null)).toBe(true);
    expect(seen).toContain('continuation');
    expect(seen).not.toContain('validation');
  });
});
