import { z } from 'zod';

import type { Dialect } from './dialect.js';

const answerSchema = z.looseObject({
  response: z.string(),
  created_at: z.string().optional(),
  done: z.boolean(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.int().min(0).optional(),
  eval_count: z.int().min(0).optional(),
  logprobs: z.array(z.looseObject({ logprob: z.number() })).nullish(),
});

/** Ollama (github.com/ollama/ollama, docs/api.md): `/api/generate` with a raw prompt, since its chats cannot be continued. */
export const ollama: Dialect = {
  defaultUrl: 'http://127.0.0.1:11434',
  paths: { completions: '/api/generate' },
  tellsEndOfTurn: false,
  hasEndMark: false,
  hasLogProbabilities: false,
  body: (request, { model, stream, logProbabilities }) => ({
    model,
    prompt: request.prompt,
    raw: true,
    stream,
    // Without these, a prompt that is too long is cut silently.
    ...{ truncate: false, shift: false },
    ...(logProbabilities && { logprobs: true }),
    options: {
      num_predict: request.maxTokens,
      temperature: request.temperature,
      seed: request.seed,
      stop: request.stops,
      ...{ top_k: 0, top_p: 1, min_p: 0, repeat_penalty: 1 },
    },
  }),
  read: (json) => {
    const answer = answerSchema.parse(json);
    const { prompt_eval_count: promptTokens, eval_count: completionTokens } = answer;
    const isCounted = answer.done && completionTokens !== undefined;
    return {
      text: answer.response,
      tokens: answer.logprobs?.map(({ logprob }) => ({ id: -1, logProbability: logprob })) ?? [],
      // Times are given to the nanosecond, so that the same word at the same time is the same piece.
      mark: answer.created_at === undefined ? null : `${answer.created_at} ${answer.response}`,
      ending: answer.done ? (answer.done_reason === 'length' ? 'length' : 'stop') : null,
      stopText: null,
      usage: isCounted ? { promptTokens: promptTokens ?? 0, cachedTokens: 0, completionTokens, cost: null } : null,
    };
  },
  models: {
    path: '/api/tags',
    read: (json) =>
      z
        .looseObject({ models: z.array(z.looseObject({ name: z.string() })) })
        .parse(json)
        .models.map(({ name }) => ({ id: name, parameters: null })),
  },
};
