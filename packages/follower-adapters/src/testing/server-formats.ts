import { z } from 'zod';

import type { ChatTemplate } from '../text/chat-template.js';
import type { TextToken, WrittenText } from './text-model.js';

/** How a server writes chats. */
export interface ServedChat {
  readonly template: ChatTemplate;
  /** llama-server goes on with an assistant's message that comes last, and repeats it; others do so when asked, or write a new message. */
  readonly repeatsTurn?: boolean;
}

/** What a request asks for, whatever its format. */
export interface Asked {
  readonly prompt: string;
  /** Whether the tokenizer puts before the prompt what it puts before every text. */
  readonly addsBeginning: boolean;
  /** What the answer begins with before anything is written. */
  readonly repeated: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly stops: readonly string[];
  readonly stream: boolean;
  readonly hasProbabilities: boolean;
  /** Whether special tokens are part of the text. */
  readonly showsSpecial: boolean;
  /** Whether every event of a stream counts the tokens so far. */
  readonly countsAlong: boolean;
}

/** How requests of one path are read and answered. */
export interface ServerFormat {
  /** The type of streamed answers. */
  readonly type: string;
  /** @throws z.ZodError */
  read(body: unknown, chat: ServedChat | undefined): Asked;
  stream(written: WrittenText, asked: Asked): string[];
  whole(written: WrittenText, asked: Asked): object;
}

const limits = { temperature: z.number().min(0), seed: z.int(), stream: z.boolean().default(false) };
const stops = z.array(z.string()).default([]);

const openaiSchema = z.looseObject({
  ...limits,
  model: z.string(),
  stop: stops,
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  logprobs: z.union([z.int(), z.boolean()]).optional(),
  stream_options: z.looseObject({ continuous_usage_stats: z.boolean().default(false) }).optional(),
  skip_special_tokens: z.boolean().default(true),
  add_special_tokens: z.boolean().default(true),
});

function askedOfOpenai(body: unknown): Omit<Asked, 'prompt' | 'repeated'> {
  const asked = openaiSchema.parse(body);
  return {
    addsBeginning: asked.add_special_tokens,
    maxTokens: z.int().parse(asked.max_tokens ?? asked.max_completion_tokens),
    temperature: asked.temperature,
    seed: asked.seed,
    stops: asked.stop,
    stream: asked.stream,
    hasProbabilities: asked.logprobs !== undefined,
    showsSpecial: !asked.skip_special_tokens,
    countsAlong: asked.stream_options?.continuous_usage_stats === true,
  };
}

/** One choice of an answer in OpenAI's format, with what vLLM adds to it. */
type Choice = (tokens: readonly TextToken[], before: string, asked: Asked) => object;

function openaiFormat(choice: Choice): Omit<ServerFormat, 'read'> {
  const ending = ({ stop }: WrittenText): object => ({
    finish_reason: stop === undefined ? 'length' : 'stop',
    stop_reason: stop ?? null,
  });
  const usage = ({ promptTokens }: WrittenText, count: number): object => ({
    usage: { prompt_tokens: promptTokens, completion_tokens: count },
  });
  return {
    type: 'text/event-stream',
    stream: (written, asked) => {
      const { tokens } = written;
      const chunks = tokens.map((token, index) => {
        const isLast = index === tokens.length - 1;
        const one = choice([token], index === 0 ? asked.repeated : '', asked);
        const open = { finish_reason: null, stop_reason: null };
        return {
          choices: [{ index: 0, ...one, ...(isLast ? ending(written) : open) }],
          ...(asked.countsAlong && usage(written, index + 1)),
        };
      });
      const last = { choices: [], ...usage(written, tokens.length) };
      return [...[...chunks, last].map(event), 'data: [DONE]\n\n'];
    },
    whole: (written, asked) => ({
      choices: [{ index: 0, ...choice(written.tokens, asked.repeated, asked), ...ending(written) }],
      ...usage(written, written.tokens.length),
    }),
  };
}

const textOf = (tokens: readonly TextToken[]): string => tokens.map(({ text }) => text).join('');
const event = (json: object): string => `data: ${JSON.stringify(json)}\n\n`;

/** OpenAI's text completions; token ids as vLLM gives them. */
const completions: ServerFormat = {
  ...openaiFormat((tokens, before, { hasProbabilities }) => ({
    text: before + textOf(tokens),
    logprobs: hasProbabilities
      ? {
          tokens: tokens.map(({ id }) => `token_id:${id}`),
          token_logprobs: tokens.map(({ logProbability }) => logProbability),
        }
      : null,
  })),
  read: (body) => {
    const { prompt } = z.looseObject({ prompt: z.string() }).parse(body);
    return { ...askedOfOpenai(body), prompt, repeated: '' };
  },
};

const chatSchema = z.looseObject({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  continue_final_message: z.boolean().default(false),
});

/** OpenAI's chats. */
const chats: ServerFormat = {
  ...openaiFormat((tokens, before, { hasProbabilities, stream }) => ({
    [stream ? 'delta' : 'message']: { content: before + textOf(tokens) },
    logprobs: hasProbabilities
      ? { content: tokens.map(({ id, logProbability }) => ({ token: `token_id:${id}`, logprob: logProbability })) }
      : null,
  })),
  read: (body, chat) => {
    if (chat === undefined) throw new Error('this server has no chat template');
    const { messages, continue_final_message: isContinued } = chatSchema.parse(body);
    const { template, repeatsTurn = false } = chat;
    const last = messages.at(-1);
    const goesOn = last?.role === 'assistant' && (isContinued || repeatsTurn);
    const turn = goesOn ? last.content : '';
    const prompt = template.render(goesOn ? messages.slice(0, -1) : messages) + turn;
    return { ...askedOfOpenai(body), addsBeginning: false, prompt, repeated: repeatsTurn ? turn : '' };
  },
};

const llamaSchema = z.looseObject({
  ...limits,
  prompt: z.string(),
  n_predict: z.int().min(1),
  stop: stops,
  n_probs: z.int().default(0),
  preserved_tokens: z.array(z.string()).default([]),
});

/** llama-server's own completions. */
const llamaCompletions: ServerFormat = {
  type: 'text/event-stream',
  read: (body) => {
    const asked = llamaSchema.parse(body);
    const { prompt, temperature, seed, stream } = asked;
    return {
      ...{ prompt, temperature, seed, stream, addsBeginning: true, repeated: '', countsAlong: true },
      ...{ maxTokens: asked.n_predict, stops: asked.stop, hasProbabilities: asked.n_probs > 0 },
      showsSpecial: asked.preserved_tokens.length > 0,
    };
  },
  stream: (written, asked) => {
    const pieces = written.tokens.map((token, index) =>
      llamaAnswer(written, [token], index + 1, asked, { stop: false, stop_type: 'none' }),
    );
    return [...pieces, llamaAnswer(written, [], written.tokens.length, asked, llamaEnding(written))].map(event);
  },
  whole: (written, asked) => llamaAnswer(written, written.tokens, written.tokens.length, asked, llamaEnding(written)),
};

function llamaAnswer(
  { promptTokens }: WrittenText,
  tokens: readonly TextToken[],
  count: number,
  { hasProbabilities }: Asked,
  ending: object,
): object {
  const probabilities = tokens.map(({ id, logProbability }) => ({ id, logprob: logProbability }));
  return {
    ...{ content: textOf(tokens), tokens: tokens.map(({ id }) => id), truncated: false },
    ...{ tokens_predicted: count, tokens_evaluated: promptTokens, ...ending },
    ...(hasProbabilities && { completion_probabilities: probabilities }),
  };
}

function llamaEnding({ stop }: WrittenText): object {
  const kind = stop === undefined ? 'limit' : stop === null ? 'eos' : 'word';
  return { stop: true, stop_type: kind, stopping_word: stop ?? '' };
}

const ollamaSchema = z.looseObject({
  prompt: z.string(),
  raw: z.literal(true),
  stream: z.boolean().default(true),
  options: z.looseObject({ ...limits, num_predict: z.int().min(1), stop: stops }),
});

/** Ollama's completions: lines of JSON, told apart by their times. */
const ollamaCompletions: ServerFormat = {
  type: 'application/x-ndjson',
  read: (body) => {
    const { prompt, stream, options } = ollamaSchema.parse(body);
    const { temperature, seed, stop, num_predict: maxTokens } = options;
    return {
      ...{ prompt, stream, temperature, seed, maxTokens, stops: stop, addsBeginning: true },
      ...{ repeated: '', hasProbabilities: false, showsSpecial: false, countsAlong: false },
    };
  },
  stream: (written) => [
    ...written.tokens.map(({ text }, index) => line({ created_at: ollamaTime(index), response: text, done: false })),
    line({ ...ollamaEnding(written), response: '' }),
  ],
  whole: (written) => ({ ...ollamaEnding(written), response: textOf(written.tokens) }),
};

const line = (json: object): string => `${JSON.stringify(json)}\n`;
const ollamaTime = (index: number): string => `2025-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;

function ollamaEnding({ tokens, promptTokens, stop }: WrittenText): object {
  return {
    ...{ created_at: ollamaTime(tokens.length), done: true, done_reason: stop === undefined ? 'length' : 'stop' },
    ...{ prompt_eval_count: promptTokens, eval_count: tokens.length },
  };
}

/** The formats by path. */
export const serverFormats: Readonly<Record<string, ServerFormat>> = {
  '/v1/completions': completions,
  '/v1/chat/completions': chats,
  '/completion': llamaCompletions,
  '/api/generate': ollamaCompletions,
};
