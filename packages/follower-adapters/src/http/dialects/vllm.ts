import { z } from 'zod';

import type { CompletionPiece } from '../completion.js';
import type { Dialect } from './dialect.js';
import { openaiBody, openaiModels, readOpenaiAnswer } from './openai-format.js';

/** vLLM's server (docs.vllm.ai, OpenAI-compatible server). */
export const vllm: Dialect = {
  defaultUrl: 'http://127.0.0.1:8000',
  paths: { completions: '/v1/completions', chat: '/v1/chat/completions' },
  tellsEndOfTurn: true,
  hasEndMark: true,
  hasLogProbabilities: true,
  body: (request, options) => ({
    ...openaiBody(request, options),
    // What the model's own generation_config.json asks for would change the distribution.
    ...{ top_k: -1, min_p: 0, repetition_penalty: 1 },
    ...(request.shownTokens.length > 0 && { skip_special_tokens: false, spaces_between_special_tokens: false }),
    ...(options.logProbabilities && { return_tokens_as_token_ids: true }),
    // A running count of tokens tells a repeated piece from a repeated word.
    ...(options.stream && { stream_options: { include_usage: true, continuous_usage_stats: true } }),
    ...(options.mode === 'completions' && { add_special_tokens: request.addSpecialTokens }),
    ...(options.mode === 'chat' &&
      request.turn !== '' && { continue_final_message: true, add_generation_prompt: false }),
  }),
  read: readVllmAnswer,
  models: openaiModels,
  tokenize: {
    path: '/tokenize',
    body: (text, model, addSpecial) => ({ model, prompt: text, add_special_tokens: addSpecial }),
    read: (json) => z.looseObject({ tokens: z.array(z.int()) }).parse(json).tokens,
  },
};

function readVllmAnswer(json: unknown): CompletionPiece {
  const piece = readOpenaiAnswer(json);
  const mark = piece.usage?.completionTokens ?? null;
  if (piece.ending !== 'stop') return { ...piece, mark };
  return { ...piece, mark, ending: piece.stopText === null ? 'end-of-turn' : 'stop-text' };
}
