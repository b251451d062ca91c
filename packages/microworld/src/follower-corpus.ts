import { Random, type Problem, type TaskSuite } from '@rsim/core';
import { defaultMixture, writeDocument, type CorpusMixture } from './document.js';
import type { FollowerRecipe } from './follower-recipes.js';
import type { Program } from './program.js';

/** Longer documents are left out; a follower reads 384 tokens at most. */
export const longestDocument = 320;

/** A document as a follower learns from it: token ids, and how much each counts in the loss. */
export interface EncodedDocument {
  readonly tokens: readonly number[];
  readonly weights: readonly number[];
}

export interface FollowerCorpusOptions {
  /** Names the random streams, e.g. `nano`. */
  readonly name: string;
  readonly recipe: FollowerRecipe;
  readonly suites: readonly TaskSuite<Program>[];
  /** Token ids of a text. */
  readonly encode: (text: string) => readonly number[];
  /** Id of the token that every document begins with. */
  readonly start: number;
}

/** A recipe's mixture, whole. */
export function mixtureOf({ mixture }: FollowerRecipe): CorpusMixture {
  return { ...defaultMixture, ...mixture };
}

/** Streams of training problems, one for each suite. */
export function trainingProblems(suites: readonly TaskSuite<Program>[], seed: number): Iterator<Problem<Program>>[] {
  return suites.map((suite) => suite.problems({ split: 'train', seed })[Symbol.iterator]());
}

/** The corpus of a follower, without end and the same every time. Only problems of the training split are in it. */
export function* followerCorpus(options: FollowerCorpusOptions): Generator<EncodedDocument, never> {
  const { encode, name, recipe, start, suites } = options;
  const random = Random.of(recipe.seed, 'corpus', name);
  const streams = trainingProblems(suites, recipe.seed);
  const mixture = mixtureOf(recipe);
  for (;;) {
    const document = writeDocument(() => random.pick(streams).next().value, mixture, random);
    const segments = document.map(({ text, weight }) => ({ ids: encode(text), weight }));
    const tokens = [start, ...segments.flatMap(({ ids }) => ids)];
    if (tokens.length > longestDocument) continue;
    yield { tokens, weights: [0, ...segments.flatMap(({ ids, weight }) => ids.map(() => weight))] };
  }
}
