import { contentKey, Random, splitOf, type Problem, type ProblemQuery, type TaskSuite } from '@rsim/core';
import { expect, test } from 'vitest';
import { followerCorpus, longestDocument } from './follower-corpus.js';
import { followerRecipes } from './follower-recipes.js';
import type { Program } from './program.js';

const program: Program = {
  facts: [
    { name: 'tax', value: 12 },
    { name: 'fees', value: 30 },
  ],
  twins: {},
  items: [
    {
      name: 'a',
      operation: 'add',
      arguments: [
        { kind: 'fact', name: 'tax' },
        { kind: 'fact', name: 'fees' },
      ],
    },
  ],
};

/** A suite of one program under many questions. */
const suite = {
  name: 'sums',
  *problems({ seed, split }: ProblemQuery): Generator<Problem<Program>> {
    const random = Random.of(seed);
    for (;;) {
      const question = `What is tax and fees, number ${random.integer(1, 999)}?`;
      const key = contentKey('sums', question);
      if (splitOf(key) === split) yield { key, suite: 'sums', level: 1, question, answer: '42', data: program };
    }
  },
} as unknown as TaskSuite<Program>;

const encode = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const corpusOf = (name: string) =>
  followerCorpus({ name, recipe: followerRecipes[name]!, suites: [suite], encode, start: 1 });
const firstOf = (name: string, count: number) => {
  const corpus = corpusOf(name);
  return Array.from({ length: count }, () => corpus.next().value);
};

test('the same recipe gives the same documents, another recipe others', () => {
  expect(firstOf('nano', 20)).toEqual(firstOf('nano', 20));
  expect(firstOf('nano', 20)).not.toEqual(firstOf('micro', 20));
});

test('documents fit, begin with the start token and have a weight for each token', () => {
  for (const { tokens, weights } of firstOf('small', 100)) {
    expect(tokens.length).toBeLessThanOrEqual(longestDocument);
    expect(tokens[0]).toBe(1);
    expect(weights).toHaveLength(tokens.length);
    expect(weights[0]).toBe(0);
  }
});
