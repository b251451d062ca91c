import type { Dialect } from './dialect.js';
import { openaiBody, openaiModels, readOpenaiAnswer } from './openai-format.js';

/**
 * The OpenAI API (platform.openai.com/docs/api-reference), and services that copy it. A chat cannot be continued there:
 * the assistant's turn so far is given as a message, and the model writes another.
 */
export const openai: Dialect = {
  defaultUrl: 'https://api.openai.com',
  paths: { completions: '/v1/completions', chat: '/v1/chat/completions' },
  tellsEndOfTurn: false,
  hasEndMark: true,
  hasLogProbabilities: true,
  body: (request, options) => {
    const { max_tokens: limit, ...body } = openaiBody(request, options);
    return options.mode === 'chat' ? { ...body, max_completion_tokens: limit } : { ...body, max_tokens: limit };
  },
  read: readOpenaiAnswer,
  models: openaiModels,
};
