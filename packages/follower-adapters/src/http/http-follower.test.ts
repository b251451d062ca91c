import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { defaultStrategies, FollowerError, type Strategy, terminalStrategy } from '@rsim/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { CompletionsServer, type CompletionsServerOptions } from '../testing/completions-server.js';
import { hashedTextModel } from '../testing/hashed-text-model.js';
import type { TextModel } from '../testing/text-model.js';
import { httpOptionsSchema } from './http-options.js';
import { openHttpFollower } from './open-http-follower.js';

const strategy = defaultStrategies.strategies[0] as Strategy;
const step = { maxTokens: 60, temperature: 1, seed: 5_000_000_000 };
const key = 'sk-very-secret';

afterEach(() => vi.unstubAllEnvs());

async function start(options: CompletionsServerOptions = {}, model: TextModel = hashedTextModel) {
  return CompletionsServer.listen(model, options);
}

const quick = { dialect: 'vllm', format: 'plain', retries: 0, firstPauseSeconds: 0.001 };

function open(url: string, changes: object = {}) {
  return openHttpFollower(httpOptionsSchema.parse({ ...quick, url, ...changes }));
}

describe('HttpFollower', () => {
  it('sends prompt, limits and seed, and a longer prompt with every step', async () => {
    await using server = await start();
    await using follower = await open(server.url, { system: '', plain: 'Q: {question}\n', injection: '\n[{id}]' });
    await using session = await follower.open('Why?');
    const first = await session.step(strategy, step);
    const second = await session.step(null, { ...step, seed: 1 });
    const [one, two] = server.asked;
    expect(one).toMatchObject({ model: 'hashed', prompt: `Q: Why?\n[${strategy.id}]`, max_tokens: 59, temperature: 1 });
    expect(one?.seed).toBeLessThan(2 ** 31);
    expect(two?.prompt).toMatch(new RegExp(`^Q: Why\\?\\n\\[${strategy.id}\\]`, 'u'));
    expect(first.usage.budgetTokens).toBe(1 + first.tokens.length);
    expect(second.usage.promptTokens).toBeLessThan(server.prompts[1]?.length ?? 0);
  });

  const source =
    '{{ bos_token }}{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}[assistant] ';
  const chat = { format: 'chat', system: 'Be brief.', injection: '<{id}>' };
  const opened = `<s>[system] Be brief.\n[user] Why?\n[assistant] <${strategy.id}>`;

  it.each([true, false])(
    'takes the template from the server, and has one beginning, added there: %s',
    async (isAdded) => {
      await using server = await start({ chat: { source }, beginning: { text: '<s>', isAdded } });
      await using follower = await open(server.url, { ...chat, dialect: 'llama-server' });
      await using session = await follower.open('Why?');
      await session.step(strategy, step);
      expect(server.prompts).toEqual([opened]);
      expect(server.asked[0]?.prompt).toBe(isAdded ? opened.slice(3) : opened);
    },
  );

  it.each<[string, Record<string, string>, object, string]>([
    ['that of tokenizerConfig', {}, {}, opened],
    ['one in its place', {}, { chatTemplate: '{{ bos_token }}' }, `<s><${strategy.id}>`],
    [
      'that of a file beside tokenizerConfig',
      { 'chat_template.jinja': '{{ bos_token }}So: ' },
      {},
      `<s>So: <${strategy.id}>`,
    ],
  ])('takes as its template %s', async (_, beside, more, prompt) => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-test-'));
    const config = JSON.stringify({ bos_token: { content: '<s>' }, chat_template: source });
    for (const [name, text] of Object.entries({ ...beside, 'tokenizer_config.json': config })) {
      await writeFile(join(folder, name), text);
    }
    await using server = await start({ beginning: { text: '<s>', isAdded: true } });
    const options = { ...quick, ...chat, ...more, url: server.url, tokenizerConfig: './tokenizer_config.json' };
    await using follower = await openHttpFollower(httpOptionsSchema.parse(options), folder);
    await using session = await follower.open('Why?');
    await session.step(strategy, step);
    expect(server.prompts).toEqual([prompt]);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['vllm', false, true],
    ['llama-server', true, true],
    ['lm-studio', false, false],
    ['openai', false, false],
  ] as const)('in a chat, %s goes on with the turn where it can', async (dialect, repeatsTurn, goesOn) => {
    await using server = await start({ chat: { source, repeatsTurn }, beginning: { text: '<s>', isAdded: false } });
    for (const stream of [true, false]) {
      server.prompts.length = 0;
      await using follower = await open(server.url, { ...chat, dialect, stream, mode: 'chat' });
      await using session = await follower.open('Why?');
      const [one, two] = [await session.step(strategy, step), await session.step(strategy, step)];
      const [first = '', second = ''] = server.prompts;
      const again = `<${strategy.id}>${one.text}`;
      expect(first).toBe(goesOn ? opened : `${opened}\n[assistant] `);
      expect(second).toContain(again);
      expect(second.startsWith(opened)).toBe(true);
      expect(two.text).not.toContain(strategy.id);
      if (dialect === 'vllm') expect(one.tokens.every((id) => id >= 0)).toBe(true);
    }
  });

  /** Ends at a blank line, or goes on past it where the server is not told to. */
  const blankLine: TextModel = {
    ...hashedTextModel,
    complete: async ({ prompt, stops }) => {
      const isTold = stops.includes('\n\n');
      const texts = isTold ? ['one', ''] : ['one', '\n\n', 'two', ''];
      const tokens = texts.map((text, id) => ({ id, text, logProbability: -1 }));
      return { promptTokens: prompt.length, tokens, stop: isTold ? '\n\n' : null };
    },
  };
  const stopping = { system: '', plain: '{question}', injection: '{id}:', stop: ['###', '\n\n'] };

  it.each(['vllm', 'llama-server', 'ollama', 'openai'] as const)(
    'keeps the stop text that ended a step, of several: %s',
    async (dialect) => {
      await using server = await start({}, blankLine);
      await using follower = await open(server.url, { ...stopping, dialect });
      await using session = await follower.open('Why?');
      for (const guided of ['vllm', 'llama-server'].includes(dialect) ? [strategy, null] : [null]) {
        expect(await session.step(guided, step)).toMatchObject({ text: 'one', finish: 'stop' });
      }
      await session.step(null, step);
      expect(server.prompts.at(-1)).toMatch(/^Why\?(\S+:one\n\n)?one\n\n$/u);
    },
  );

  it.each([
    ['ollama', 'completions', 34],
    ['lm-studio', 'completions', 34],
    ['llama-server', 'chat', 2],
  ] as const)('counts a prompt whose answer ended here before its count came: %s, %s', async (dialect, mode, count) => {
    await using server = await start({ chat: { source, repeatsTurn: true } }, blankLine);
    await using follower = await open(server.url, { ...stopping, dialect, mode, promptPrice: 1, completionPrice: 0 });
    const question = `Why ${'x'.repeat(98)}`;
    await using session = await follower.open(question);
    const { usage } = await session.step(null, step);
    expect(usage.promptTokens).toBe(count);
    expect(follower.usage).toMatchObject({ promptTokens: count, cost: count / 1e6 });
  });

  it('counts what it cost', async () => {
    await using server = await start();
    await using follower = await open(server.url, { promptPrice: 2, completionPrice: 10 });
    await using session = await follower.open('Why?');
    await session.step(strategy, step);
    const { promptTokens, completionTokens, cost, steps, retries } = follower.usage;
    expect({ steps, retries }).toEqual({ steps: 1, retries: 0 });
    expect(cost).toBeCloseTo((2 * promptTokens + 10 * completionTokens) / 1e6, 12);
  });

  it('forks without touching what it was forked from', async () => {
    await using server = await start();
    await using follower = await open(server.url);
    await using session = await follower.open('Why?');
    await session.step(strategy, step);
    await using fork = await session.fork();
    await fork.step(strategy, { ...step, seed: 2 });
    const own = await session.step(strategy, { ...step, seed: 3 });
    await using again = await follower.open('Why?');
    await again.step(strategy, step);
    expect((await again.step(strategy, { ...step, seed: 3 })).text).toBe(own.text);
  });

  it.each(['step', 'session', 'follower'])('frees the slot of the server when its %s is ended', async (what) => {
    const slow: TextModel = {
      ...hashedTextModel,
      complete: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone')))),
    };
    await using server = await start({}, slow);
    await using follower = await open(server.url, { concurrency: 1 });
    const session = await follower.open('Why?');
    const controller = new AbortController();
    const writing = session.step(strategy, { ...step, signal: controller.signal });
    const refused = expect(writing).rejects.toMatchObject({ code: 'follower-aborted' });
    await vi.waitFor(() => expect(server.begun).toBe(1));
    if (what === 'step') controller.abort();
    else await (what === 'session' ? session : follower)[Symbol.asyncDispose]();
    await refused;
    await vi.waitFor(() => expect(server.abandoned).toBe(1));
  });

  it('refuses a question with one of the special tokens it was told of', async () => {
    await using server = await start();
    await using follower = await open(server.url, { specialTokens: ['<|tag|>'] });
    await expect(follower.open('Why <|tag|>?')).rejects.toMatchObject({ code: 'text-not-encodable' });
  });

  it('goes on after a step that failed', async () => {
    let faults = 1;
    await using server = await start({ nextFault: () => (faults-- > 0 ? 'failed' : null) });
    await using follower = await open(server.url);
    await using session = await follower.open('Why?');
    await expect(session.step(strategy, step)).rejects.toMatchObject({ code: 'server-failed' });
    expect((await session.step(strategy, step)).tokens.length).toBeGreaterThan(0);
  });

  it('writes nothing where the injection takes all or more than there is, and refuses such an answer', async () => {
    await using server = await start();
    await using follower = await open(server.url, { injection: '{id} two three' });
    await using session = await follower.open('Why?');
    for (const maxTokens of [2, 3]) {
      const empty = { text: '', tokens: [], finish: 'length', usage: { budgetTokens: maxTokens } };
      expect(await session.step(strategy, { ...step, maxTokens })).toMatchObject(empty);
    }
    const answer = session.step(terminalStrategy(defaultStrategies), { ...step, maxTokens: 2 });
    await expect(answer).rejects.toMatchObject({ code: 'injection-too-long' });
    expect(server.begun).toBe(0);
  });
});

describe('openHttpFollower', () => {
  it('takes the key from the environment and tells it to nobody but the server', async () => {
    vi.stubEnv('RSIM_TEST_KEY', key);
    await using server = await start({ key });
    await using follower = await open(server.url, { apiKeyVariable: 'RSIM_TEST_KEY' });
    expect(follower.name).toBe('hashed');
    await using other = await start({ key: 'another' });
    const refused: Error = await open(other.url, { apiKeyVariable: 'RSIM_TEST_KEY' }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'api-key-invalid', message: expect.stringContaining('RSIM_TEST_KEY') });
    expect(JSON.stringify([refused, refused.message, refused.stack, follower])).not.toContain(key);
  });

  it.each([
    ['no key in the variable', { apiKeyVariable: 'RSIM_NO_SUCH_KEY' }, 'api-key-missing'],
    ['no key where one is wanted', { key: 'x' }, 'api-key-invalid'],
    ['another model', { model: 'gpt' }, 'model-unknown'],
    ['no chat template', { format: 'chat' }, 'chat-template'],
    ['a dialect without chats', { dialect: 'ollama', mode: 'chat' }, 'request-refused'],
    ['no server', { url: 'http://127.0.0.1:1' }, 'server-unreachable'],
    ['a special token that the model lacks', { specialTokens: ['<|two words|>'] }, 'special-token-unknown'],
  ])('says what is wrong: %s', async (_, options: { key?: string; [option: string]: unknown }, code) => {
    const { key: wanted, ...changes } = options;
    await using server = await start(wanted === undefined ? {} : { key: wanted });
    await expect(open(server.url, changes)).rejects.toMatchObject({ code });
  });

  it.each([400, 429, 500])(
    'keeps the key out of what a server says with %i, and out of answers that are no JSON',
    async (status) => {
      const spelt = String.raw`sk-ab\/cd+\"secret`;
      vi.stubEnv('RSIM_TEST_KEY', 'sk-ab/cd+"secret');
      const options = { apiKeyVariable: 'RSIM_TEST_KEY', openingSeconds: 0.2 };
      const bodies = [`{"error":{"message":"Bad key Bearer ${spelt}."}}`, `Bearer ${spelt} is bad`];
      for (const [body, code] of [
        ...bodies.map((body) => [body, status] as const),
        [bodies[1] as string, 200] as const,
      ]) {
        await using server = await start({ instead: () => ({ status: code, body }) });
        const refused: Error = await open(server.url, options).catch((error) => error);
        expect(refused).toBeInstanceOf(FollowerError);
        expect(inspect(refused)).not.toMatch(/sk-|secret/u);
        if (code !== 200) expect(refused.message).toContain('***');
      }
    },
  );

  it.each([
    [503, '{"error":{"message":"Loading model"}}'],
    [429, '{"error":{"message":"slow down"}}'],
  ])('waits for a server that answers %i, says why, and gives up in time', async (status, body) => {
    let answers = 3;
    const waits: string[] = [];
    const wait = (openingSeconds: number, url: string) =>
      openHttpFollower(
        httpOptionsSchema.parse({ ...quick, url, openingSeconds }),
        undefined,
        (reason) => void waits.push(reason),
      );
    await using server = await start({ instead: () => (answers-- > 0 ? { status, body } : null) });
    await using follower = await wait(30, server.url);
    expect(follower.name).toBe('hashed');
    const reason = expect.stringMatching(/is busy \(HTTP \d+\): (Loading model|slow down)\.$/u);
    expect(waits).toEqual([reason]);
    await using stuck = await start({ instead: () => ({ status, body }) });
    await expect(wait(0.1, stuck.url)).rejects.toMatchObject({
      ...{ code: 'server-busy', message: reason, remedy: expect.stringContaining('openingSeconds') },
    });
  });

  it.each([
    [200, '{"status":"ok"}', '/v1/models'],
    [404, '{"error":"no such route"}', 'HTTP 404'],
  ])('knows another kind of server by its first answer: %i %s', async (status, body, message) => {
    let asked = 0;
    await using server = await start({ instead: () => ((asked += 1), { status, body }) });
    const wrong = { code: 'server-wrong', message: expect.stringContaining(message) };
    await expect(open(server.url, { retries: 9 })).rejects.toMatchObject(wrong);
    expect(asked).toBe(1);
  });

  it.each(['/v1', '/v1/', '/'])('takes a URL that ends with %s', async (end) => {
    await using server = await start();
    await using follower = await open(server.url + end);
    expect(follower.name).toBe('hashed');
  });

  it.each([
    ['no such file', 'none.json', /^The `tokenizerConfig` \S+none\.json is not there\.$/u],
    ['a folder', '.', /is a folder\.$/u],
    ['no JSON', 'broken.json', /broken\.json is not JSON\.$/u],
    ['no object', 'list.json', /not usable: it: /u],
  ])('says what is wrong with tokenizerConfig: %s', async (_, tokenizerConfig, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-test-'));
    await writeFile(join(folder, 'broken.json'), '{"chat_template":');
    await writeFile(join(folder, 'list.json'), '[]');
    await using server = await start();
    const options = httpOptionsSchema.parse({ ...quick, url: server.url, format: 'chat', tokenizerConfig });
    await expect(openHttpFollower(options, folder)).rejects.toMatchObject({
      name: 'WeightsError',
      message: expect.stringMatching(message),
    });
    await rm(folder, { recursive: true });
  });

  it.each([{ url: 'ftp://host' }, { url: 'http://user:key@host' }, { apiKeyVariable: 'sk-123' }, { concurrency: 0 }])(
    'refuses %o',
    (options) => {
      expect(httpOptionsSchema.safeParse(options).success).toBe(false);
    },
  );
});
