import { defaultStrategies } from '@rsim/core';
import { followerDeathFlaws, followerFlaws } from '@rsim/core/conformance';
import { SPECIAL_TOKENS } from '@rsim/lm';
import { expect, it } from 'vitest';

import { watchHeld } from '../testing/held-sessions.js';
import { PolicyFollower } from '../testing/policy-follower.js';
import { questions } from '../testing/questions.js';
import { DecodeEngine } from './decode-engine.js';
import { EmbeddedFollower } from './embedded-follower.js';
import { loadEmbeddedModel } from './embedded-model.js';
import { randomModel, strategy } from './fixtures.js';

it('is a follower as the platform wants one', { timeout: 60_000 }, async () => {
  const model = await loadEmbeddedModel('nano');
  await using follower = await EmbeddedFollower.create(model, { workers: 0 });
  await using reference = await PolicyFollower.open();
  const flaws = await followerFlaws(follower, {
    strategySet: defaultStrategies,
    questions,
    held: watchHeld(DecodeEngine),
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
