import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, type Strategy } from '@rsim/core';
import { followerDeathFlaws, followerFlaws } from '@rsim/core/conformance';
import { BOS_TOKEN, STRATEGY_TOKENS } from '@rsim/lm';
import { expect, it } from 'vitest';

import { DecodeEngine } from '../embedded/decode-engine.js';
import { EmbeddedFollower } from '../embedded/embedded-follower.js';
import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { randomModel } from '../embedded/fixtures.js';
import { CompletionsServer } from '../testing/completions-server.js';
import { EmbeddedTextModel } from '../testing/embedded-text-model.js';
import { embeddedHttpConversation } from '../testing/embedded-conversation.js';
import { watchHeld } from '../testing/held-sessions.js';
import { PolicyFollower } from '../testing/policy-follower.js';
import { questions } from '../testing/questions.js';
import type { TextModel } from '../testing/text-model.js';
import { httpOptionsSchema } from './http-options.js';
import { openHttpFollower } from './open-http-follower.js';

const unread = ['Tom has 60 apples.', 'a=3', 'Tom has 7 apples. Tom has 12 apples.'];
const model = randomModel(5, { maxPositions: 400 });

it.each([true, false])(
  'is a follower as the platform wants one, streamed: %s',
  { timeout: 120_000 },
  async (stream) => {
    await using text = await EmbeddedTextModel.create(model);
    await using server = await CompletionsServer.listen(text);
    const options = httpOptionsSchema.parse({ ...embeddedHttpConversation, dialect: 'vllm', url: server.url, stream });
    await using follower = await openHttpFollower(options);
    const flaws = await followerFlaws(follower, {
      ...{ strategySet: defaultStrategies, questions: unread },
      ...{ contextTokens: model.config.maxPositions, specialTokens: STRATEGY_TOKENS, stopMarks: ['\n'] },
      held: watchHeld(DecodeEngine),
    });
    expect(flaws).toEqual([]);
  },
);

it('writes unguided what the same weights write in this process, and guided what the reference does', async () => {
  const nano = await loadEmbeddedModel('nano');
  await using text = await EmbeddedTextModel.create(nano);
  await using server = await CompletionsServer.listen(text);
  const options = httpOptionsSchema.parse({ ...embeddedHttpConversation, dialect: 'vllm', url: server.url });
  await using follower = await openHttpFollower(options);
  await using reference = await PolicyFollower.open();
  await using unguided = await EmbeddedFollower.create(nano, { workers: 0 });
  const suite = { strategySet: defaultStrategies, questions, reference: { follower: reference, tolerance: 1e-3 } };
  expect(await followerFlaws(follower, { ...suite, specialTokens: STRATEGY_TOKENS, disposals: 0 })).toEqual([]);
  for (const question of questions) {
    await using remote = await follower.open(question);
    await using local = await unguided.open(question);
    for (const seed of [0, 1, 2, 3]) {
      const step = { maxTokens: 20, temperature: 1, seed };
      const [one, other] = [await remote.step(null, step), await local.step(null, step)];
      const { tokens, finish } = other;
      expect(one).toMatchObject({ tokens, finish, usage: { budgetTokens: other.usage.budgetTokens } });
      if (finish === 'answer') break;
    }
  }
});

/** A chat as the embedded weights were trained to read it, with the mark that a document begins with. */
const chat = { source: "{{ bos_token + messages[0]['content'] + '\\n' }}" };

/** The weights behind a tokenizer that knows the mark, which has to come once. */
function begun(text: TextModel): TextModel {
  const rest = (prompt: string): string => {
    const parts = prompt.split(BOS_TOKEN);
    if (parts.length !== 2 || parts[0] !== '') throw new Error(`not one beginning: ${prompt.slice(0, 40)}`);
    return parts[1] as string;
  };
  const complete: TextModel['complete'] = (request) => text.complete({ ...request, prompt: rest(request.prompt) });
  return { name: text.name, encode: (string) => text.encode(string), complete };
}

it.each(['vllm', 'llama-server'] as const)('writes in a chat what the reference does: %s', async (dialect) => {
  const nano = await loadEmbeddedModel('nano');
  await using text = await EmbeddedTextModel.create(nano);
  const beginning = { text: BOS_TOKEN, isAdded: true };
  await using server = await CompletionsServer.listen(begun(text), { chat, beginning });
  const folder = await mkdtemp(join(tmpdir(), 'rsim-test-'));
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ bos_token: BOS_TOKEN, chat_template: chat.source }),
  );
  const told = dialect === 'vllm' ? { tokenizerConfig: 'tokenizer_config.json' } : {};
  const options = { ...embeddedHttpConversation, format: 'chat', dialect, url: server.url, ...told };
  await using follower = await openHttpFollower(httpOptionsSchema.parse(options), folder);
  await using reference = await PolicyFollower.open();
  const flaws = await followerFlaws(follower, {
    ...{ strategySet: defaultStrategies, questions, reference: { follower: reference, tolerance: 1e-3 } },
    ...{
      contextTokens: nano.config.maxPositions,
      specialTokens: STRATEGY_TOKENS.slice(0, 1),
      stopMarks: ['\n'],
      disposals: 0,
    },
  });
  expect(flaws).toEqual([]);
  await rm(folder, { recursive: true });
});

it('answers every step when its server dies', async () => {
  await using text = await EmbeddedTextModel.create(model);
  const server = await CompletionsServer.listen(text);
  const options = httpOptionsSchema.parse({
    ...embeddedHttpConversation,
    dialect: 'vllm',
    url: server.url,
    retries: 0,
  });
  await using follower = await openHttpFollower(options);
  const kill = (): Promise<void> => server[Symbol.asyncDispose]();
  const death = { question: 'a=3', strategy: defaultStrategies.strategies[0] as Strategy, kill };
  expect(await followerDeathFlaws(follower, death)).toEqual([]);
});
