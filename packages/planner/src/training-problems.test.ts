import { Random, type Problem, type TaskSuite } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { trainingProblems } from './training-problems.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

const finite: TaskSuite = {
  ...{ name: 'finite', title: 'Finite', domain: 'none', levels: [1], budget: { steps: 1, tokens: 2, answerTokens: 1 } },
  count: () => keys.length,
  problems: ({ seed }) =>
    Random.of(seed)
      .shuffle(keys)
      .map((key) => ({ key }) as Problem),
  verify: () => ({ status: 'wrong', score: 0, extracted: null }),
  goldText: () => '',
};

const drawn = (iteration: number, problems = 3, mostProblems = problems, seed = 1) =>
  trainingProblems(finite, { seed, stage: 'real', iteration, iterations: 100, problems, mostProblems }).map(
    ({ key }) => key,
  );

describe('trainingProblems', () => {
  it('goes through a finite suite epoch by epoch, each in an order of its own', () => {
    const epochs = [0, 2, 4, 6].map((first) => [...drawn(first), ...drawn(first + 1)]);
    for (const epoch of epochs) expect(new Set(epoch).size).toBe(6);
    expect(new Set(epochs.map(String)).size).toBe(4);
    expect(new Set(epochs.flat())).toEqual(new Set(keys));
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3)).not.toEqual(drawn(3, 3, 3, 2));
  });

  it('keeps iterations of different size apart', () => {
    expect(new Set([...drawn(0, 2, 3), ...drawn(1, 3, 3)]).size).toBe(5);
  });

  it('refuses to draw more than there are', () => {
    expect(() => drawn(0, 8)).toThrow('suite "finite" has 7 training problems, 8 are asked for');
  });

  describe('of a finite suite under a curriculum', () => {
    const sizes = new Map([
      [1, 20],
      [2, 3],
    ]);
    const levels = [...sizes.keys()];
    const suite: TaskSuite = {
      ...finite,
      levels,
      count: ({ levels: asked = levels }) => asked.reduce((sum, level) => sum + sizes.get(level)!, 0),
      problems: ({ levels: asked = levels, seed }) =>
        asked.flatMap((level) =>
          Random.of(seed)
            .shuffle(Array.from({ length: sizes.get(level)! }, (_, number) => `${level}/${number}`))
            .map((key) => ({ key, level }) as Problem),
        ),
    };
    const draw = (to: readonly number[], iteration: number) =>
      trainingProblems(suite, {
        ...{ seed: 1, stage: 'real', iteration, iterations: 40, problems: 8, mostProblems: 8 },
        curriculum: { from: [1], to, over: 0.5 },
      }).map(({ key }) => key);

    it('draws from the other levels what one is drawn for too often', () => {
      const draws = Array.from({ length: 40 }, (_, iteration) => draw(levels, iteration));
      for (const keys of draws) expect(new Set(keys).size).toBe(8);
      const ofSecond = draws.map((keys) => keys.filter((key) => key.startsWith('2/')).length);
      expect(Math.max(...ofSecond)).toBe(3);
      expect(ofSecond[0]).toBe(0);
    });

    it('refuses at once what would be too little in the end', () => {
      expect(() => draw([2], 0)).toThrow('suite "finite" has 3 training problems of level 2, 8 are asked for');
    });
  });
});
