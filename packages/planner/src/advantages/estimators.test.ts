import type { EpisodeEstimator, EpisodeTerms } from '@rsim/core';
import { estimatorFlaws } from '@rsim/core/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drGrpo } from './dr-grpo.js';
import { gae } from './gae.js';
import { gdpo } from './gdpo.js';
import { grpo } from './grpo.js';
import { reinforcePlusPlus } from './reinforce-plus-plus.js';
import { rloo } from './rloo.js';

const overBatch = reinforcePlusPlus({ baseline: 'none' });
const overBatchFromGroups = reinforcePlusPlus({ baseline: 'group' });
const all: readonly EpisodeEstimator[] = [grpo, rloo, drGrpo, gdpo, overBatch, overBatchFromGroups];

type Scores = readonly (readonly number[])[];

function termsOf(scores: readonly Scores[], weights = [1, 0.25]): EpisodeTerms[][] {
  return scores.map((group) =>
    group.map((episode) => episode.map((score, rule) => ({ name: `rule-${rule}`, score, weight: weights[rule]! }))),
  );
}

function expectClose(actual: readonly (readonly (number | null)[])[], expected: readonly Scores[number][], digits = 5) {
  expect(actual.map((group) => group.length)).toEqual(expected.map((group) => group.length));
  actual
    .flat()
    .forEach((value, index) => expect(value, `episode ${index}`).toBeCloseTo(expected.flat()[index]!, digits));
}

/** Two problems, rewards (right, brief). */
const groups: readonly Scores[] = [
  [
    [1, -3],
    [0, -1],
    [0, -8],
    [1, -2],
  ],
  [
    [0, -2],
    [0, -4],
    [0, -9],
  ],
];

describe('reference values', () => {
  // Printed by `python3 tools/reference-values/advantages.py`, which writes the formulas out with the standard library.
  const table: readonly (readonly [string, EpisodeEstimator, readonly Scores[number][]])[] = [
    [
      'grpo',
      grpo,
      [
        [0.554367, 0.110873, -1.441354, 0.776113],
        [0.831958, 0.277319, -1.109277],
      ],
    ],
    [
      'rloo',
      rloo,
      [
        [0.833333, 0.166667, -2.166667, 1.166667],
        [1.125, 0.375, -1.5],
      ],
    ],
    [
      'dr-grpo',
      drGrpo,
      [
        [0.625, 0.125, -1.625, 0.875],
        [0.75, 0.25, -1],
      ],
    ],
    [
      'reinforce++',
      overBatch,
      [
        [1.018349, 0.509175, -1.272936, 1.272936],
        [0.254587, -0.254587, -1.527524],
      ],
    ],
    [
      'reinforce++ with baseline "group"',
      overBatchFromGroups,
      [
        [0.709135, 0.141827, -1.843751, 0.992789],
        [0.850962, 0.283654, -1.134616],
      ],
    ],
    [
      'gdpo',
      gdpo,
      [
        [1.218843, -0.894361, -1.651486, 1.327004],
        [0.279808, 0.093269, -0.373077],
      ],
    ],
  ];
  it.each(table)('%s', (_, estimator, expected) => expectClose(estimator.advantages(termsOf(groups)), expected));

  it('gdpo keeps two mixtures of rewards with one sum apart, where grpo does not', () => {
    // Rewards (right, ended) of four episodes; the middle two have the sum 1, whichever reward they had.
    const mixtures = termsOf(
      [
        [
          [0, 0],
          [0, 1],
          [1, 0],
          [0, 1],
        ],
      ],
      [1, 1],
    );
    const [[, ended, right] = []] = gdpo.advantages(mixtures);
    // Right: mean 1/4, deviation 1/2; ended: mean 1/2, deviation 1/√3. So 3/2 − √3/2 against −1/2 + √3/2, before the batch.
    expect(right).toBeGreaterThan(ended! + 0.1);
    const [[, first, second] = []] = grpo.advantages(mixtures);
    expect(first).toBe(second);
  });
});

describe.each(all.map((estimator) => [`${estimator.name} ${JSON.stringify(estimator)}`, estimator] as const))(
  '%s',
  (_, estimator) => {
    const score = fc.integer({ min: -20, max: 20 });
    const group = fc.array(fc.tuple(score, score), { minLength: 2, maxLength: 6 });
    const batch = fc.array(group, { minLength: 1, maxLength: 4 });
    const close = (left: (number | null)[][], right: (number | null)[][]) => {
      expect(left.flat().map((value) => value === null)).toEqual(right.flat().map((value) => value === null));
      left.flat().forEach((value, index) => expect(value ?? 0).toBeCloseTo(right.flat()[index] ?? 0, 6));
    };

    it('does not mind a constant added to all rewards', () =>
      fc.assert(
        fc.property(batch, score, (scores, shift) => {
          const shifted = scores.map((each) => each.map((episode) => episode.map((value) => value + shift)));
          close(estimator.advantages(termsOf(shifted)), estimator.advantages(termsOf(scores)));
        }),
      ));

    it('follows its episodes and groups when their order changes', () =>
      fc.assert(
        fc.property(batch, (scores) => {
          const turned = scores.map((each) => [...each].reverse()).reverse();
          const expected = estimator.advantages(termsOf(scores));
          close(estimator.advantages(termsOf(turned)), expected.map((each) => [...each].reverse()).reverse());
        }),
      ));

    it('sums to 0 over what is compared', () =>
      fc.assert(
        fc.property(batch, (scores) => {
          const sum = estimator
            .advantages(termsOf(scores))
            .flat()
            .reduce<number>((total, value) => total + (value ?? 0), 0);
          expect(sum).toBeCloseTo(0, 8);
        }),
      ));

    it('leaves out episodes without a reward, and what is alike everywhere', () => {
      const [first, second] = termsOf(groups);
      const whole = estimator.advantages([first!, second!]);
      const holed = estimator.advantages([
        [...first!, null],
        [null, ...second!],
      ]);
      expect(holed).toEqual([
        [...whole[0]!, null],
        [null, ...whole[1]!],
      ]);
      expect(
        estimator.advantages(
          termsOf([
            [
              [0.3, 1],
              [0.1 + 0.2, 1],
            ],
          ]),
        ),
      ).toEqual([[null, null]]);
      expect(estimator.advantages([[null, null], []])).toEqual([[null, null], []]);
      expect(estimator.advantages(termsOf([[[1, 2]]]))).toEqual([[null]]);
    });
  },
);

describe('the scale of rewards', () => {
  const scaled = (factor: number) =>
    termsOf(groups.map((group) => group.map((each) => each.map((score) => factor * score))));
  it.each([grpo, gdpo, overBatch, overBatchFromGroups])('does not matter to $name', (estimator) => {
    const expected = estimator.advantages(termsOf(groups)) as number[][];
    expectClose(estimator.advantages(scaled(100)), expected, 3);
  });
  it.each([rloo, drGrpo])('is that of the advantages of $name', (estimator) => {
    const expected = (estimator.advantages(termsOf(groups)) as number[][]).map((group) =>
      group.map((each) => 8 * each),
    );
    expectClose(estimator.advantages(scaled(8)), expected, 10);
  });
  it('of one reward does not matter to gdpo; its weight does', () => {
    const stretched = groups.map((group) => group.map(([right, brief]) => [right!, 100 * brief!]));
    expectClose(gdpo.advantages(termsOf(stretched)), gdpo.advantages(termsOf(groups)) as number[][], 2);
    const [[first = 0] = []] = gdpo.advantages(termsOf(groups, [1, 3])) as number[][];
    expect(first).toBeLessThan(0.9);
  });
});

it('reinforce++ learns from single episodes of a problem, the others do not', () => {
  const singles = termsOf([[[1, 0]], [[0, 0]]]);
  expectClose(overBatch.advantages(singles), [[1], [-1]], 4);
  expect(overBatchFromGroups.advantages(singles)).toEqual([[null], [null]]);
});

it.each([...all, gae({ gamma: 0.9, lambda: 0.9, normalise: true }), gae({ gamma: 1, lambda: 1, normalise: false })])(
  '$name does what every estimator must',
  async (estimator) => {
    expect(await estimatorFlaws(estimator)).toEqual([]);
  },
);

it('makes, with grpo alone, a small reward count in full where nothing else tells episodes apart', () => {
  const right = [1, 0, 0, 0, 0, 0, 0, 0];
  // Weights are those of termsOf: a right answer is worth 1, the other reward a quarter of what it scores.
  const [solved, hopeless] = [right.map((score) => [score, 0]), right.map((score) => [0, score / 5])];
  const share = (estimator: EpisodeEstimator) => {
    const [[best] = [], [ended] = []] = estimator.advantages(termsOf([solved, hopeless]));
    return (ended as number) / (best as number);
  };
  expect(share(grpo)).toBeCloseTo(1, 1);
  expect(share(drGrpo)).toBeCloseTo(0.05, 6);
});
