import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultStrategies } from '@rsim/core';

import { strategy } from '../onnx/fixtures.js';
import { openTfjsFollower } from '../tfjs/open-tfjs-follower.js';
import { tfjsOptionsSchema } from '../tfjs/tfjs-options.js';

/** What Python's transformers wrote greedily with a checkpoint; see tools/torch-followers/README.md. */
interface Conversation {
  readonly question: string;
  readonly format: 'plain' | 'chat';
  readonly steps: readonly {
    readonly strategy: string | null;
    /** Tokens of what comes before it: the question, or the injection. */
    readonly before: readonly number[];
    readonly tokens: readonly number[];
    readonly logProbabilities: readonly number[];
  }[];
}

/** The same conversations with the follower `tfjs`. */
export interface Replayed {
  /** Of each step, how many tokens were fed in, and those that were written. */
  readonly written: readonly WrittenTokens[];
  readonly expected: readonly WrittenTokens[];
  /** By how much log-probabilities differ from those of transformers at most: of the steps, and as they are learned from. */
  readonly distances: readonly [steps: number, learned: number];
}

interface WrittenTokens {
  readonly fed: number;
  readonly tokens: readonly number[];
}

/** Tokens that a step may write; more than the reference's steps have. */
const WRITTEN = 24;

/** @param folder of a checkpoint that greedy-fixtures.py made */
export async function replayTransformers(folder: string): Promise<Replayed> {
  const reference = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')) as Conversation[];
  const written: WrittenTokens[] = [];
  const distances: [number, number] = [0, 0];
  for (const { question, format, steps } of reference) {
    const options = { model: folder, workers: 0, system: '', injection: '\n\n{id}\n', stop: [], format };
    await using follower = await openTfjsFollower(tfjsOptionsSchema.parse(options), {
      ...{ seed: 1, strategySet: defaultStrategies, configDirectory: '.' },
    });
    await using session = await follower.open(question);
    const [learned = []] = await follower.logProbabilities([
      steps.flatMap(({ before, tokens }) => [...before, ...tokens]),
    ]);
    let place = 0;
    for (const { strategy: id, before, tokens: expected, logProbabilities: right } of steps) {
      const maxTokens = WRITTEN + (id === null ? 0 : before.length);
      const step = await session.step(id === null ? null : strategy(id), { maxTokens, temperature: 0, seed: 1 });
      written.push({ fed: step.usage.promptTokens, tokens: step.tokens });
      place += before.length;
      distances[0] = Math.max(distances[0], distance(step.logProbabilities, right));
      distances[1] = Math.max(distances[1], distance(learned.slice(place), right));
      place += expected.length;
    }
  }
  const expected = reference.flatMap(({ steps }) =>
    steps.map(({ before, tokens }) => ({ fed: before.length, tokens })),
  );
  return { written, expected, distances };
}

function distance(own: readonly number[], right: readonly number[]): number {
  return Math.max(...right.map((value, place) => Math.abs(value - (own[place] ?? Infinity))));
}
