import type { Dialect } from './dialect.js';
import { openaiBody, openaiModels, readOpenaiAnswer } from './openai-format.js';

/** LM Studio's server (lmstudio.ai/docs/developer/openai-compat). */
export const lmStudio: Dialect = {
  defaultUrl: 'http://127.0.0.1:1234',
  paths: { completions: '/v1/completions', chat: '/v1/chat/completions' },
  tellsEndOfTurn: false,
  hasEndMark: true,
  hasLogProbabilities: false,
  body: (request, options) => ({ ...openaiBody(request, options), top_k: 0, repeat_penalty: 1 }),
  read: readOpenaiAnswer,
  models: openaiModels,
};
