import { readFileSync } from 'node:fs';

import type { FollowerStep } from '@rsim/core';
import { expect, it } from 'vitest';

import { fixture, openFixture, referenceOf, strategy } from './fixtures.js';
import type { OnnxFollower } from './onnx-follower.js';

/** What Python's onnxruntime writes after "Tom has 60 apples.\n\n" with each file; see tools/torch-followers/README.md. */
const references = JSON.parse(readFileSync(`${fixture('qwen2')}/reference-quantized.json`, 'utf8')) as Record<
  'int8' | 'q4' | 'q4f16' | 'gqa',
  ReturnType<typeof referenceOf>
>;
/** Of three lengths; the last two are of one length, so that any layout evaluates them together. */
const questions = ['Tom has 60 apples.', 'a', 'bcd', 'xyz'];

async function write(follower: OnnxFollower, question: string): Promise<FollowerStep[]> {
  await using session = await follower.open(question);
  const step = { maxTokens: 20, temperature: 0, seed: 1 };
  return [await session.step(strategy('validation'), step), await session.step(strategy('continuation'), step)];
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((value, token) => Math.abs(value - (other[token] ?? Infinity))));
}

it.each([
  ['int8', 'equal', 'float32', 0.1, 0.2],
  ['q4', 'in-place', 'float32', 1e-5, 3e-5],
  ['q4f16', 'in-place', 'float16', 0.02, 0.02],
  ['gqa', 'equal', 'float32', 1e-5, 3e-5],
] as const)(
  'writes with %s what onnxruntime writes, alone and in a batch',
  async (kind, layout, cacheType, near, beside) => {
    await using follower = await openFixture({ file: `onnx/model_${kind}.onnx`, stop: [] });
    expect(follower.facts).toMatchObject({ layout, cacheType });
    await using session = await follower.open('Tom has 60 apples.');
    const { tokens, logProbabilities } = await session.step(null, { maxTokens: 32, temperature: 0, seed: 1 });
    expect(tokens).toEqual(references[kind].greedy);
    expect(distance(logProbabilities, references[kind].logProbabilities)).toBeLessThan(near);
    const alone: FollowerStep[][] = [];
    for (const question of questions) alone.push(await write(follower, question));
    const together = await Promise.all(questions.map((question) => write(follower, question)));
    const distances = together.flatMap((steps, place) =>
      steps.map((step, index) => {
        expect(step.tokens).toEqual(alone[place]?.[index]?.tokens);
        return distance(step.logProbabilities, alone[place]?.[index]?.logProbabilities ?? []);
      }),
    );
    expect(Math.max(...distances)).toBeLessThan(beside);
    // Its activations' scales are taken over all rows that are evaluated together.
    if (kind === 'int8') expect(Math.max(...distances)).toBeGreaterThan(1e-3);
  },
);

it('computes with GroupQueryAttention what transformers computes', () => {
  const [own, python] = [references.gqa, referenceOf('qwen2')];
  expect(own.greedy).toEqual(python.greedy);
  expect(distance(own.logProbabilities, python.logProbabilities)).toBeLessThan(1e-5);
});
