import { defaultStrategies } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { expect, it } from 'vitest';

import { EmbeddedFollower } from './embedded-follower.js';
import { randomModel } from './fixtures.js';

it('is a follower as the platform wants one', async () => {
  await using follower = await EmbeddedFollower.create(randomModel(5, { maxPositions: 400 }), { workers: 0 });
  const questions = ['Tom has 60 apples.', 'a=3', 'Tom has 7 apples. Tom has 12 apples.'];
  expect(await followerFlaws(follower, { strategySet: defaultStrategies, questions })).toEqual([]);
});
