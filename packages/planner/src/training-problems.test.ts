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
});
