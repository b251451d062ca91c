import { readFileSync } from 'node:fs';

import type { FollowerStep } from '@rsim/core';
import { expect, it } from 'vitest';

import { fixture, openFixture, referenceOf, strategy } from './fixtures.js';
import type { OnnxFollower } from './onnx-follower.js';

/** What Python's onnxruntime writes after "Tom has 60 apples.\n\n" with each file; see tools/torch-followers/README.md. */
const references = JSON.parse(readFileSync(`${fixture('qwen2')}/reference-quantized.json`, 'utf8')) as Record<
  'int8' | 'uint8' | 'q8' | 'q4' | 'q4f16' | 'bnb4' | 'gqa' | 'gqa_q4f16',
  ReturnType<typeof referenceOf>
>;
/** Of three lengths; the last two are of one length, so that any layout evaluates them together. */
const questions = ['Tom has 60 apples.', 'a', 'bcd', 'xyz'];

async function write(follower: OnnxFollower, question: string): Promise<FollowerStep[]> {
  await using session = await follower.open(question);
  const step = { maxTokens: 20, temperature: 0, seed: 1 };
  return [await session.step(strategy('validation'), step), await session.step(strategy('continuation'), step)];
}

/** Of two steps, what share of the one's tokens is also the other's, and the distance as far as they are the same. */
function agreement(one: FollowerStep, other: FollowerStep | undefined): { share: number; distance: number } {
  const differing = one.tokens.findIndex((token, place) => token !== other?.tokens[place]);
  const same = differing < 0 ? one.tokens.length : differing;
  const values = [one, other].map((step) => step?.logProbabilities.slice(0, same) ?? []);
  return { share: same / one.tokens.length, distance: distance(values[0] ?? [], values[1] ?? []) };
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((value, token) => Math.abs(value - (other[token] ?? Infinity))));
}

/** By the names that the hub has for them; those around GroupQueryAttention have none of their own. */
function fileOf(kind: keyof typeof references) {
  return kind === 'gqa' || kind === 'gqa_q4f16' ? { file: `onnx/model_${kind}.onnx` } : { dtype: kind };
}

// What 8-bit products give depends on the processor: those of older ones saturate.
it.each([
  ['int8', 'equal', 'float32', 0.1, 0.2],
  ['uint8', 'equal', 'float32', 0.1, 0.2],
  ['q8', 'equal', 'float32', 0.1, 0.2],
  ['q4', 'in-place', 'float32', 1e-5, 3e-5],
  ['q4f16', 'in-place', 'float16', 0.02, 0.02],
  ['bnb4', 'in-place', 'float32', 1e-5, 3e-5],
  ['gqa', 'equal', 'float32', 1e-5, 3e-5],
  ['gqa_q4f16', 'equal', 'float16', 0.02, 0.02],
] as const)(
  'writes with %s what onnxruntime writes, alone and in a batch',
  async (kind, layout, cacheType, near, beside) => {
    await using follower = await openFixture({ ...fileOf(kind), stop: [] });
    expect(follower.facts).toMatchObject({ layout, cacheType });
    await using session = await follower.open('Tom has 60 apples.');
    const { tokens, logProbabilities } = await session.step(null, { maxTokens: 32, temperature: 0, seed: 1 });
    expect(tokens).toEqual(references[kind].greedy);
    expect(distance(logProbabilities, references[kind].logProbabilities)).toBeLessThan(near);
    const alone: FollowerStep[][] = [];
    for (const question of questions) alone.push(await write(follower, question));
    const together = await Promise.all(questions.map((question) => write(follower, question)));
    const pairs = together.flatMap((steps, place) =>
      steps.map((step, index) => agreement(step, alone[place]?.[index])),
    );
    const distances = pairs.map(({ distance }) => distance);
    expect(Math.max(...distances)).toBeLessThan(beside);
    const agreed = pairs.reduce((sum, { share }) => sum + share / pairs.length, 0);
    // Its activations' scales are taken over all rows that are evaluated together, which a near tie does not survive.
    if (kind.endsWith('8')) {
      expect(agreed).toBeGreaterThan(0.8);
      expect(Math.max(...distances)).toBeGreaterThan(1e-3);
    } else expect(agreed).toBe(1);
  },
);

it('computes with GroupQueryAttention what transformers computes', () => {
  const [own, python] = [references.gqa, referenceOf('qwen2')];
  expect(own.greedy).toEqual(python.greedy);
  expect(distance(own.logProbabilities, python.logProbabilities)).toBeLessThan(1e-5);
});
