import { z } from 'zod';

import type { CompletionPiece, Ending } from '../completion.js';
import { contextOverflow } from '../server-fault.js';
import type { Dialect } from './dialect.js';
import { openaiBody, openaiModels, readOpenaiAnswer } from './openai-format.js';

const completionSchema = z.looseObject({
  content: z.string(),
  tokens: z.array(z.int()).optional(),
  stop: z.boolean(),
  stop_type: z.enum(['none', 'eos', 'word', 'limit']).optional(),
  stopping_word: z.string().optional(),
  truncated: z.boolean().optional(),
  tokens_predicted: z.int().min(0),
  tokens_evaluated: z.int().min(0),
  timings: z.looseObject({ cache_n: z.int().min(0).optional() }).optional(),
  completion_probabilities: z.array(z.looseObject({ id: z.int(), logprob: z.number() })).optional(),
});

const endings: Readonly<Record<string, Ending>> = { eos: 'end-of-turn', word: 'stop-text', limit: 'length' };

/**
 * llama.cpp's server (tools/server/README.md). Completions go through its own `/completion`, which tells why it ended
 * and which tokens it wrote; chats through its copy of OpenAI's format.
 */
export const llamaServer: Dialect = {
  defaultUrl: 'http://127.0.0.1:8080',
  paths: { completions: '/completion', chat: '/v1/chat/completions' },
  tellsEndOfTurn: true,
  hasEndMark: false,
  hasLogProbabilities: true,
  body: (request, options) => {
    const { shownTokens, bannedTokens } = request;
    const sampling = {
      ...{ top_k: 0, min_p: 0, typical_p: 1, repeat_penalty: 1, cache_prompt: true },
      // Other special tokens leave no trace in the text.
      ...(shownTokens.length > 0 && { preserved_tokens: shownTokens }),
      ...(bannedTokens.length > 0 && { logit_bias: bannedTokens.map((id) => [id, false]) }),
    };
    if (options.mode === 'chat') return { ...openaiBody(request, options), ...sampling };
    return {
      prompt: request.prompt,
      n_predict: request.maxTokens,
      temperature: request.temperature,
      seed: request.seed,
      stop: request.stops,
      stream: options.stream,
      top_p: 1,
      ...sampling,
      return_tokens: true,
      ...(options.logProbabilities && { n_probs: 1 }),
    };
  },
  read: (json) => {
    const isChat = typeof json === 'object' && json !== null && 'choices' in json;
    return isChat ? readOpenaiAnswer(json) : readCompletionAnswer(json);
  },
  models: openaiModels,
  tokenize: {
    path: '/tokenize',
    body: (text, _, addSpecial) => ({ content: text, add_special: addSpecial, parse_special: true }),
    read: (json) => z.looseObject({ tokens: z.array(z.int()) }).parse(json).tokens,
  },
  template: {
    path: '/props',
    read: (json) => {
      const { chat_template, bos_token } = propsSchema.parse(json);
      return { source: chat_template || null, beginning: bos_token };
    },
  },
};

const propsSchema = z.looseObject({ chat_template: z.string().default(''), bos_token: z.string().default('') });

function readCompletionAnswer(json: unknown): CompletionPiece {
  const answer = completionSchema.parse(json);
  if (answer.truncated === true) throw contextOverflow(`it was full after ${answer.tokens_predicted} tokens`);
  const probabilities = answer.completion_probabilities;
  return {
    text: answer.content,
    tokens: probabilities?.map(({ id, logprob }) => ({ id, logProbability: logprob })) ?? [],
    mark: answer.stop ? null : answer.tokens_predicted,
    ending: answer.stop ? (endings[answer.stop_type ?? 'eos'] ?? 'stop') : null,
    stopText: answer.stopping_word || null,
    usage: answer.stop
      ? {
          promptTokens: answer.tokens_evaluated,
          cachedTokens: answer.timings?.cache_n ?? 0,
          completionTokens: answer.tokens_predicted,
          cost: null,
        }
      : null,
  };
}
