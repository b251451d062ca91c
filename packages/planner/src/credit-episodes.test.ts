import type { AdvantageEstimator, Decision, Episode, StepEstimator } from '@rsim/core';
import { ConfigError, defaultStrategies } from '@rsim/core';
import { expect, test } from 'vitest';
import { drGrpo } from './advantages/dr-grpo.js';
import { gdpo } from './advantages/gdpo.js';
import { reinforcePlusPlus } from './advantages/reinforce-plus-plus.js';
import { GruPlanner } from './gru-planner.js';
import { checkEstimator, creditEpisodes } from './credit-episodes.js';

/** An episode of one decided, one forced and one decided step. */
function episodeOf(value?: number): Episode {
  const decision: Decision = { strategy: 'continuation', logProbability: 0, probabilities: [1], value };
  return {
    ...{ key: 'k/0', sample: 0, seed: 0, follower: 'f', planner: 'p', end: 'termination' },
    problem: { key: 'k', suite: 's', level: 1, question: 'q', answer: '5' },
    steps: [decision, null, decision].map((each) => ({
      ...{ decision: each, strategy: 'continuation', forced: each === null, text: '', tokens: [] },
      ...{ logProbabilities: [], finish: 'stop', budgetTokens: 3 },
    })),
    ...{ verdict: null, rewards: { leader: {}, follower: {} }, budgetTokens: 3, seconds: 0, error: null },
  };
}

const rewarded = (score: number, episode = episodeOf()) => ({ episode, terms: [{ name: 'right', score, weight: 2 }] });

test("every step gets its episode's advantage", () => {
  const { groups } = creditEpisodes([[rewarded(1), rewarded(0)]], drGrpo);
  expect(groups.flat().map(({ advantages }) => advantages)).toEqual([
    [1, 1, 1],
    [-1, -1, -1],
  ]);
});

test('an episode that failed or lacks a reward is not compared, and what is not learned from is counted', () => {
  const failed = rewarded(1, { ...episodeOf(), error: { code: 'x', message: 'x' } });
  const unscored = { episode: episodeOf(), terms: null };
  const undecided = rewarded(0, { ...episodeOf(), steps: [] });
  const { groups, counts } = creditEpisodes(
    [
      [rewarded(1), undecided, failed],
      [rewarded(1), rewarded(1)],
      [rewarded(1), unscored],
    ],
    drGrpo,
  );
  expect(groups.map((group) => group.map(({ advantages }) => advantages?.[0] ?? null))).toEqual([
    [1, null, null],
    [null, null],
    [null, null],
  ]);
  expect(counts).toEqual({
    groups: { all: 3, used: 1, withoutVariance: 1, tooSmall: 1 },
    episodes: { used: 1, excluded: 2 },
    advantages: { smallest: 1, largest: 1, deviation: 0 },
  });
});

test('groups without variance are counted by the composite reward, whatever the estimator learns from', () => {
  const mixed = (right: number, format: number) => ({
    episode: episodeOf(),
    terms: [
      { name: 'right', score: right, weight: 1 },
      { name: 'format', score: format, weight: 0.5 },
    ],
  });
  // The composites of the second group are alike, its single rewards are not; the third has neither.
  const groups = [
    [mixed(1, 0), mixed(0, 0)],
    [mixed(1, 0), mixed(0.5, 1)],
    [mixed(1, 1), mixed(1, 1)],
  ];
  const countsBy = (estimator: AdvantageEstimator) => creditEpisodes(groups, estimator).counts.groups;
  const counted = { all: 3, withoutVariance: 2, tooSmall: 0 };
  expect(countsBy(drGrpo)).toEqual({ ...counted, used: 1 });
  expect(countsBy(gdpo)).toEqual({ ...counted, used: 2 });
  expect(countsBy(reinforcePlusPlus({ baseline: 'none' }))).toEqual({ ...counted, used: 3 });
  expect(countsBy(stepwise)).toEqual({ ...counted, used: 3 });
});

const stepwise: StepEstimator = {
  name: 'stepwise',
  level: 'step',
  credit: (groups) =>
    groups.map((group) =>
      group.map(
        ({ terms, values }) => terms && { advantages: values.map((_, step) => step + 1), valueTargets: values },
      ),
    ),
};

test('an estimator by step sees the values of decisions alone, and its credit finds their places', () => {
  const { groups } = creditEpisodes([[rewarded(1, episodeOf(0.5)), { episode: episodeOf(0), terms: null }]], stepwise);
  expect(groups).toEqual([
    [
      { episode: episodeOf(0.5), advantages: [1, 0, 2], valueTargets: [0.5, 0, 0.5] },
      { episode: episodeOf(0), advantages: null },
    ],
  ]);
});

test('an estimator by step refuses a leader without value estimates', () => {
  const leader = (estimatesValue: boolean) => new GruPlanner(defaultStrategies, 1, { value: estimatesValue });
  expect(() => checkEstimator(stepwise, leader(false))).toThrow(ConfigError);
  expect(() => checkEstimator(stepwise, leader(true))).not.toThrow();
  expect(() => checkEstimator(drGrpo, leader(false))).not.toThrow();
});
