import { defaultStrategies } from '@rsim/core';
import { followerDeathFlaws, followerFlaws } from '@rsim/core/conformance';
import { SPECIAL_TOKENS } from '@rsim/lm';
import { expect, it } from 'vitest';

import { EmbeddedFollower } from './embedded-follower.js';
import { randomModel, strategy } from './fixtures.js';

const questions = ['Tom has 60 apples.', 'a=3', 'Tom has 7 apples. Tom has 12 apples.'];

it('is a follower as the platform wants one', { timeout: 60_000 }, async () => {
  const model = randomModel(5, { maxPositions: 400 });
  await using follower = await EmbeddedFollower.create(model, { workers: 0 });
  await using reference = await EmbeddedFollower.create(model, { workers: 0 });
  const flaws = await followerFlaws(follower, {
    strategySet: defaultStrategies,
    questions,
    reference: { follower: reference, tolerance: 1e-4 },
    contextTokens: model.config.maxPositions,
    specialTokens: SPECIAL_TOKENS,
    stopMarks: ['\n'],
  });
  expect(flaws).toEqual([]);
});

it('answers every step when it dies', { timeout: 60_000 }, async () => {
  const follower = await EmbeddedFollower.create(randomModel(5), { workers: 1 });
  const kill = (): Promise<void> => follower[Symbol.asyncDispose]();
  const death = { question: 'a=3', strategy: strategy('validation'), kill };
  expect(await followerDeathFlaws(follower, death)).toEqual([]);
});
