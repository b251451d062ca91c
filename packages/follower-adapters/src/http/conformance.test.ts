import { defaultStrategies } from '@rsim/core';
import { followerFlaws } from '@rsim/core/conformance';
import { expect, it } from 'vitest';

import { EmbeddedFollower } from '../embedded/embedded-follower.js';
import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { randomModel } from '../embedded/fixtures.js';
import { CompletionsServer } from '../testing/completions-server.js';
import { EmbeddedTextModel } from '../testing/embedded-text-model.js';
import { embeddedConversation } from '../testing/embedded-conversation.js';
import { httpOptionsSchema } from './http-options.js';
import { openHttpFollower } from './open-http-follower.js';

const questions = ['Tom has 60 apples.', 'a=3', 'Tom has 7 apples. Tom has 12 apples.'];
const model = randomModel(5, { maxPositions: 400 });

it.each([true, false])('is a follower as the platform wants one, streamed: %s', async (stream) => {
  await using text = await EmbeddedTextModel.create(model);
  await using server = await CompletionsServer.listen(text);
  const options = httpOptionsSchema.parse({ ...embeddedConversation, dialect: 'vllm', url: server.url, stream });
  await using follower = await openHttpFollower(options);
  expect(await followerFlaws(follower, { strategySet: defaultStrategies, questions, countsEvaluated: false })).toEqual(
    [],
  );
});

// Of trained weights: what random ones write becomes other tokens when it is read again as text.
it('writes what the same weights write in this process', async () => {
  const nano = await loadEmbeddedModel('nano');
  await using text = await EmbeddedTextModel.create(nano);
  await using server = await CompletionsServer.listen(text);
  const options = httpOptionsSchema.parse({ ...embeddedConversation, dialect: 'vllm', url: server.url });
  await using follower = await openHttpFollower(options);
  await using embedded = await EmbeddedFollower.create(nano, { workers: 0 });
  for (const question of questions) {
    await using remote = await follower.open(question);
    await using local = await embedded.open(question);
    for (const [seed, strategy] of [...defaultStrategies.strategies.slice(0, 3), null].entries()) {
      const step = { maxTokens: 20, temperature: 1, seed };
      const [one, other] = [await remote.step(strategy, step), await local.step(strategy, step)];
      const { tokens, finish } = other;
      expect(one).toMatchObject({ tokens, finish, usage: { budgetTokens: other.usage.budgetTokens } });
      for (const [index, value] of one.logProbabilities.entries()) {
        expect(value).toBeCloseTo(other.logProbabilities[index] as number, 3);
      }
    }
  }
});
