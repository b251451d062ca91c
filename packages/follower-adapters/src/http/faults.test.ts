import { defaultStrategies, type FollowerStep } from '@rsim/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { CompletionsServer } from '../testing/completions-server.js';
import { type Fault, passingFaults } from '../testing/faults.js';
import { hashedTextModel } from '../testing/hashed-text-model.js';
import { type DialectName, dialectNames } from './dialects/index.js';
import type { HttpFollower } from './http-follower.js';
import { httpOptionsSchema } from './http-options.js';
import { openHttpFollower } from './open-http-follower.js';

const strategies = [...defaultStrategies.strategies.slice(0, 2), null];

function open(url: string, changes: object = {}): Promise<HttpFollower> {
  const quick = { firstPauseSeconds: 0.001, longestPauseSeconds: 0.005, requestSeconds: 0.25, concurrency: 8 };
  return openHttpFollower(
    httpOptionsSchema.parse({ dialect: 'vllm', format: 'plain', url, retries: 40, ...quick, ...changes }),
  );
}

/** Three steps of several episodes side by side. */
async function episodes(follower: HttpFollower, count: number): Promise<FollowerStep[][]> {
  const episode = async (index: number): Promise<FollowerStep[]> => {
    await using session = await follower.open(`Question ${index}?`);
    const steps: FollowerStep[] = [];
    for (const [seed, strategy] of strategies.entries()) {
      const step = await session.step(strategy, { maxTokens: 60, temperature: 1, seed });
      steps.push(step);
      if (step.finish === 'answer') break;
    }
    return steps;
  };
  return Promise.all(Array.from({ length: count }, (_, index) => episode(index)));
}

const textsOf = (all: readonly (readonly FollowerStep[])[]): object[][] =>
  all.map((steps) => steps.map(({ text, tokens, finish, usage }) => ({ text, tokens, finish, usage })));

// LM Studio's answers have no mark by which a piece that comes twice differs from a word written twice.
const recovered = (dialect: DialectName): readonly Fault[] =>
  passingFaults.filter((fault) => fault !== 'repeated' || dialect !== 'lm-studio');

it.each(dialectNames)('loses no episode and counts none twice, whatever goes wrong on the way: %s', async (dialect) => {
  await using sound = await CompletionsServer.listen(hashedTextModel);
  await using soundFollower = await open(sound.url, { dialect });
  const expected = textsOf(await episodes(soundFollower, 6));
  // The one that takes long is drawn seldom.
  const weighted = recovered(dialect).map((name) => ({
    arbitrary: fc.constant<Fault | null>(name),
    weight: name === 'hang' ? 1 : 6,
  }));
  const fault = fc.oneof(...weighted, { arbitrary: fc.constant<Fault | null>(null), weight: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { minLength: 5, maxLength: 30 }), fc.boolean(), async (plan, stream) => {
      const faults = [...plan];
      await using server = await CompletionsServer.listen(hashedTextModel, { nextFault: () => faults.shift() ?? null });
      await using follower = await open(server.url, { dialect, stream });
      const steps = await episodes(follower, 6);
      expect(textsOf(steps)).toEqual(expected);
      const { steps: counted, completionTokens } = follower.usage;
      expect(counted).toBe(soundFollower.usage.steps);
      expect(completionTokens).toBe(soundFollower.usage.completionTokens);
    }),
    { numRuns: 3 },
  );
});

it('outlasts a storm of 429', async () => {
  let storm = 60;
  await using server = await CompletionsServer.listen(hashedTextModel, {
    nextFault: () => (storm-- > 0 ? 'busy' : null),
  });
  await using follower = await open(server.url, { retries: 0, requestSeconds: 30 });
  expect(await episodes(follower, 6)).toHaveLength(6);
});

it.each([
  ['drop', 'server-unreachable'],
  ['half-sent', 'server-unreachable'],
  ['half-ended', 'response-cut'],
  ['failed', 'server-failed'],
  ['wrong-type', 'server-wrong'],
  ['not-found-page', 'server-wrong'],
  ['error-event', 'server-failed'],
  ['hang', 'follower-timeout'],
] as const)('gives up on a server whose every answer is: %s', async (fault, code) => {
  await using server = await CompletionsServer.listen(hashedTextModel, { nextFault: () => fault });
  await using follower = await open(server.url, { retries: 1, requestSeconds: 0.1 });
  await expect(episodes(follower, 1)).rejects.toMatchObject({ name: 'ServerFault', code });
  expect(follower.usage).toMatchObject({ steps: 0, completionTokens: 0 });
});

it('gives up on a server that stays busy when the time of the episode is over', async () => {
  await using server = await CompletionsServer.listen(hashedTextModel, { nextFault: () => 'busy' });
  await using follower = await open(server.url, { episodeSeconds: 0.1 });
  await expect(episodes(follower, 1)).rejects.toMatchObject({ code: 'follower-timeout' });
});
