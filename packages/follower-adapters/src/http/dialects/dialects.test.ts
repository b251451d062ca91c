import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Completion, CompletionRequest } from '../completion.js';
import { readCompletion } from '../completion-reader.js';
import { PrefixStripper } from '../prefix-stripper.js';
import type { BodyOptions, Dialect } from './dialect.js';
import { dialects } from './index.js';

const request: CompletionRequest = {
  prompt: 'Q: Why?\nA:',
  addSpecialTokens: false,
  messages: [{ role: 'user', content: 'Why?' }],
  turn: 'Because',
  maxTokens: 20,
  temperature: 0.7,
  seed: 3,
  stops: ['\n\n'],
  shownTokens: [],
  bannedTokens: [],
};
const options: BodyOptions = { mode: 'completions', model: 'm', stream: true, logProbabilities: true };

async function* each(events: readonly unknown[]): AsyncGenerator<string> {
  for (const event of events) yield typeof event === 'string' ? event : JSON.stringify(event);
}

/** What comes of these events in a dialect. */
function read(dialect: Dialect, events: readonly unknown[], more: object = {}): Promise<Completion> {
  const reading = { needsEndMark: dialect.hasEndMark, mayRepeatTurn: false, ...more };
  return readCompletion(each(events), (event) => dialect.read(JSON.parse(event)), request, [], reading);
}

describe('bodies', () => {
  it.each([
    ['vllm', { add_special_tokens: false, top_k: -1, logprobs: 1, stop: ['\n\n'], seed: 3 }],
    ['llama-server', { n_predict: 20, top_k: 0, min_p: 0, n_probs: 1, return_tokens: true, cache_prompt: true }],
    ['lm-studio', { max_tokens: 20, top_k: 0, repeat_penalty: 1, top_p: 1 }],
    ['openai', { max_tokens: 20, logprobs: 1, stream_options: { include_usage: true } }],
    ['ollama', { raw: true, truncate: false, options: expect.objectContaining({ num_predict: 20, stop: ['\n\n'] }) }],
  ] as const)('of completions go on from the prompt: %s', (name, expected) => {
    const body = dialects[name].body(request, options);
    expect(body).toMatchObject({ prompt: 'Q: Why?\nA:', stream: true, ...expected });
  });

  it('ask for special tokens in the text where there are any, and ban them', () => {
    const special = { ...request, shownTokens: ['<|x|>'], bannedTokens: [7] };
    const banned = { preserved_tokens: ['<|x|>'], logit_bias: [[7, false]] };
    expect(dialects['llama-server'].body(special, options)).toMatchObject(banned);
    expect(dialects['llama-server'].body(request, options)).not.toHaveProperty('preserved_tokens');
    expect(dialects.vllm.body(special, options)).toMatchObject({ skip_special_tokens: false });
    expect(dialects.vllm.body(request, options)).not.toHaveProperty('skip_special_tokens');
  });

  it('of chats carry the turn so far, and vLLM is told to go on with it', () => {
    const chat: BodyOptions = { ...options, mode: 'chat' };
    const messages = [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because' },
    ];
    const goOn = { continue_final_message: true, add_generation_prompt: false };
    expect(dialects.vllm.body(request, chat)).toMatchObject({ messages, logprobs: true, ...goOn });
    expect(dialects['llama-server'].body(request, chat)).toMatchObject({ messages, min_p: 0 });
    expect(dialects.openai.body(request, chat)).toMatchObject({ messages, max_completion_tokens: 20 });
    const first = dialects.vllm.body({ ...request, turn: '' }, chat);
    expect(first).toMatchObject({ messages: messages.slice(0, 1) });
    expect(first).not.toHaveProperty('continue_final_message');
  });
});

const usage = { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 }, cost: 0.5 };
const chunk = (text: string, finish: string | null = null, more: object = {}): object => ({
  choices: [{ text, finish_reason: finish, ...more }],
});

describe('answers', () => {
  it('of OpenAI: usage comes last, ids are not told', async () => {
    const logprobs = { tokens: [' one'], token_logprobs: [-0.5] };
    const events = [chunk(' one', null, { logprobs }), chunk(' two', 'stop'), { choices: [], usage }, '[DONE]'];
    expect(await read(dialects.openai, events)).toEqual({
      text: ' one two',
      tokens: [{ id: -1, logProbability: -0.5 }],
      ending: 'stop',
      stopText: null,
      usage: { promptTokens: 9, cachedTokens: 4, completionTokens: 2, cost: 0.5 },
      completionTokens: 2,
    });
  });

  it('of LM Studio, in a chat', async () => {
    const delta = (content: string, finish: string | null = null): object => ({
      choices: [{ delta: { content }, finish_reason: finish }],
    });
    const events = [delta(''), delta('one'), delta(' two', 'length'), '[DONE]'];
    const answer = await read(dialects['lm-studio'], events, { needsEndMark: true });
    expect(answer).toMatchObject({ text: 'one two', ending: 'length', usage: null, completionTokens: 2 });
  });

  it('of vLLM: ids, and what ended them', async () => {
    const logprobs = { tokens: ['token_id:42'], token_logprobs: [-0.5] };
    const events = (more: object): object[] => [
      { ...chunk('one', 'stop', { logprobs, ...more }), usage: { prompt_tokens: 9, completion_tokens: 1 } },
    ];
    const whole = { needsEndMark: false };
    const stopped = await read(dialects.vllm, events({ stop_reason: '\n\n' }), whole);
    expect(stopped).toMatchObject({ tokens: [{ id: 42 }], ending: 'stop-text', stopText: '\n\n' });
    expect(await read(dialects.vllm, events({ stop_reason: null }), whole)).toMatchObject({ ending: 'end-of-turn' });
    expect(await read(dialects.vllm, events({ stop_reason: 151_645 }), whole)).toMatchObject({ ending: 'end-of-turn' });
  });

  it('of Ollama: lines of JSON, a piece that comes twice counts once', async () => {
    const piece = { response: 'ha', created_at: '2025-01-01T00:00:00.000000001Z', done: false };
    const again = { ...piece, created_at: '2025-01-01T00:00:00.000000002Z' };
    const last = { response: '', done: true, done_reason: 'stop', prompt_eval_count: 7, eval_count: 3 };
    expect(await read(dialects.ollama, [piece, piece, again, last])).toMatchObject({
      ...{ text: 'haha', ending: 'stop', completionTokens: 3 },
      usage: { promptTokens: 7, completionTokens: 3 },
    });
  });

  it('of llama-server: cached tokens; a full context is an error', async () => {
    const base = { content: '', stop: true, tokens_predicted: 1, tokens_evaluated: 9 };
    const piece = { ...base, content: 'x', stop: false, completion_probabilities: [{ id: 5, logprob: -1 }] };
    const end = { ...base, stop_type: 'eos', timings: { cache_n: 6 } };
    expect(await read(dialects['llama-server'], [piece, end])).toEqual({
      ...{ text: 'x', tokens: [{ id: 5, logProbability: -1 }], ending: 'end-of-turn', stopText: null },
      completionTokens: 1,
      usage: { promptTokens: 9, cachedTokens: 6, completionTokens: 1, cost: null },
    });
    const full = read(dialects['llama-server'], [piece, { ...end, stop_type: 'limit', truncated: true }]);
    await expect(full).rejects.toMatchObject({ code: 'context-overflow' });
  });

  it.each([
    ['cut off before their end mark', [chunk('one', 'stop')], 'response-cut'],
    ['cut off before their ending', [chunk('one'), '[DONE]'], 'response-cut'],
    [
      'of more pieces than tokens',
      [chunk('a'), chunk('a'), { ...chunk('a', 'stop'), usage }, '[DONE]'],
      'response-malformed',
    ],
    ['shorter than asked, for want of room', [{ ...chunk('a', 'length'), usage }, '[DONE]'], 'context-overflow'],
    ['that were filtered', [chunk('a', 'content_filter'), '[DONE]'], 'content-filtered'],
  ])('are refused that are %s', async (_, events, code) => {
    await expect(read(dialects.openai, events)).rejects.toMatchObject({ code });
  });

  it('end here at a stop text that the server was not given', async () => {
    const reading = { needsEndMark: true, mayRepeatTurn: false };
    const events = each([chunk('one\n'), chunk('\ntwo'), chunk('three')]);
    const readOne = (event: string) => dialects.openai.read(JSON.parse(event));
    const answer = await readCompletion(events, readOne, request, ['\n\n'], reading);
    expect(answer).toMatchObject({ text: 'one', ending: 'stop-text', completionTokens: 2 });
  });
});

describe('PrefixStripper', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 }), { maxLength: 6 });

  it('takes away a prefix that comes again, and nothing else, however the text is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }), pieces, (prefix, parts) => {
        const stripper = new PrefixStripper(prefix);
        const whole = parts.join('');
        const text = parts.map((part) => stripper.push(part)).join('') + stripper.flush();
        expect(text).toBe(whole.startsWith(prefix) ? whole.slice(prefix.length) : whole);
      }),
    );
  });
});
