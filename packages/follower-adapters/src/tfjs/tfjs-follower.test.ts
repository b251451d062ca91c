import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  CheckpointError,
  defaultStrategies,
  type Episode,
  type EpisodeStep,
  type FollowerBatch,
  type FollowerStep,
} from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { BOS_TOKEN } from '@rsim/lm';
import { describe, expect, it } from 'vitest';

import { DecodeEngine } from '../embedded/decode-engine.js';
import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { randomModel, strategy } from '../embedded/fixtures.js';
import { watchHeld } from '../testing/held-sessions.js';
import { PolicyFollower } from '../testing/policy-follower.js';
import { questions } from '../testing/questions.js';
import { TfjsFollower } from './tfjs-follower.js';

const model = randomModel(5, { maxPositions: 400 });
const question = 'Tom has 60 apples.';
const read = model.tokenizer.encode(`${BOS_TOKEN}${question}\n<|continuation|>`);

async function write(follower: TfjsFollower): Promise<FollowerStep> {
  await using session = await follower.open(question);
  return await session.step(strategy('continuation'), { maxTokens: 12, temperature: 0, seed: 1 });
}

function batchOf(step: FollowerStep, advantage: number): FollowerBatch {
  const tokens = [...read, ...step.tokens];
  const isWritten = tokens.map((_, place) => place >= read.length);
  return {
    sequences: [
      {
        tokens,
        advantages: isWritten.map((written) => (written ? advantage : 0)),
        oldLogProbabilities: [...read.map(() => null), ...step.logProbabilities],
      },
    ],
    learningRate: 0.001,
    clip: 0.2,
    klWeight: 0,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('TfjsFollower', { timeout: 60_000 }, () => {
  it('is a follower as the platform wants one, and writes what it learns from', async () => {
    await using follower = await TfjsFollower.create(await loadEmbeddedModel('nano'), { workers: 0 });
    await using reference = await PolicyFollower.open();
    const flaws = await followerFlaws(follower, {
      ...{ strategySet: defaultStrategies, questions, held: watchHeld(DecodeEngine) },
      reference: { follower: reference, tolerance: 1e-4 },
    });
    expect(flaws).toEqual([]);
  });

  it('gives the log-probabilities that its steps were written with, before an update and after', async () => {
    await using follower = await TfjsFollower.create(model, { workers: 0 });
    for (const round of [0, 1]) {
      const step = await write(follower);
      const [exact = []] = await follower.logProbabilities([[...read, ...step.tokens]]);
      for (const [index, value] of step.logProbabilities.entries()) {
        expect(Math.abs((exact[read.length + index] as number) - value), `round ${round}`).toBeLessThan(1e-4);
      }
      await follower.update(batchOf(step, -1));
    }
  });

  it.each([
    ['cut, unguided and filled by their injection', question],
    ['after a question that ends its line itself', `${question}\n`],
  ])('tells an episode as its engine evaluated it: steps %s', async (_, question) => {
    await using follower = await TfjsFollower.create(model, { workers: 0 });
    await using session = await follower.open(question);
    const steps: EpisodeStep[] = [];
    const move = async (id: string | null, maxTokens: number) => {
      const guide = id === null ? null : strategy(id);
      const written = await session.step(guide, { maxTokens, temperature: 0.7, seed: steps.length });
      const { text, tokens, logProbabilities, finish, usage } = written;
      const decision = id === null ? null : { strategy: id, logProbability: 0, probabilities: [1] };
      steps.push({
        ...{ decision, strategy: written.strategy, forced: false, text, tokens, logProbabilities, finish },
        budgetTokens: usage.budgetTokens,
      });
    };
    for (const [id, maxTokens] of [
      ['continuation', 3],
      ['validation', 40],
      ['decomposition', 1],
      [null, 5],
      ['termination', 6],
    ] as const) {
      await move(id, maxTokens);
    }
    const transcript = follower.transcript({ problem: { question } as Episode['problem'], steps });
    const [exact = []] = await follower.logProbabilities([transcript.tokens]);
    const written = transcript.logProbabilities.filter((value) => value !== null);
    expect(written).toHaveLength(sum(steps.map(({ tokens }) => tokens.length)));
    transcript.logProbabilities.forEach((value, place) => {
      if (value !== null) expect(Math.abs((exact[place] as number) - value), `token ${place}`).toBeLessThan(1e-4);
    });
  });

  it('keeps what was frozen as it was, and scores at any temperature', async () => {
    await using follower = await TfjsFollower.create(model, { workers: 0 });
    const step = await write(follower);
    const tokens = [...read, ...step.tokens];
    const frozen = follower.freeze();
    const before = await frozen.logProbabilities([tokens]);
    const { fingerprint } = follower;
    await follower.update(batchOf(step, 1));
    expect(await frozen.logProbabilities([tokens])).toEqual(before);
    expect(await follower.logProbabilities([tokens])).not.toEqual(before);
    expect(follower.fingerprint).not.toBe(fingerprint);
    // The colder, the likelier the likeliest token, and step wrote those.
    const cold = await frozen.logProbabilities([tokens], 0.5);
    expect(sum((cold[0] ?? []).slice(read.length))).toBeGreaterThan(sum((before[0] ?? []).slice(read.length)));
  });

  it('makes rewarded tokens likelier, and leaves the model it was made from alone', async () => {
    await using follower = await TfjsFollower.create(model, { workers: 0 });
    const before = [...model.weights.values()].map(({ data }) => sum([...data]));
    const step = await write(follower);
    await follower.update(batchOf(step, 1));
    const [after = []] = await follower.logProbabilities([[...read, ...step.tokens]]);
    expect(sum(after.slice(read.length))).toBeGreaterThan(sum(step.logProbabilities));
    expect([...model.weights.values()].map(({ data }) => sum([...data]))).toEqual(before);
  });

  it('goes on from what was saved as it would have', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-tfjs-'));
    try {
      await using one = await TfjsFollower.create(model, { workers: 0 });
      await using other = await TfjsFollower.create(model, { workers: 0 });
      const batch = batchOf(await write(one), 1);
      await one.update(batch);
      await one.save(folder);
      await other.load(folder);
      expect(await other.update(batch)).toEqual(await one.update(batch));
      expect(await write(other)).toEqual(await write(one));
      await expect(other.load(join(folder, 'none'))).rejects.toThrow(CheckpointError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses an update that is not finite, and is as it was', async () => {
    await using follower = await TfjsFollower.create(model, { workers: 0 });
    const step = await write(follower);
    await expect(follower.update(batchOf(step, Number.NaN))).rejects.toMatchObject({ code: 'update-not-finite' });
    expect(await write(follower)).toEqual(step);
  });
});
