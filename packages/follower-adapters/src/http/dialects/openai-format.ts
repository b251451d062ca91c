import { z } from 'zod';

import { serverFault } from '../server-fault.js';
import type { CompletionPiece, CompletionRequest, CompletionUsage, Ending, WrittenToken } from '../completion.js';
import type { BodyOptions, ServerModel } from './dialect.js';

const chatTokenSchema = z.looseObject({
  id: z.int().optional(),
  token: z.string().optional(),
  logprob: z.number(),
});

/** Log-probabilities in the two forms there are: lists side by side, or one object for each token. */
const logprobsSchema = z.union([
  z.looseObject({ content: z.array(chatTokenSchema) }),
  z.looseObject({ tokens: z.array(z.string()), token_logprobs: z.array(z.number().nullable()) }),
]);

const choiceSchema = z.looseObject({
  text: z.string().optional(),
  delta: z.looseObject({ content: z.string().nullish() }).optional(),
  message: z.looseObject({ content: z.string().nullish() }).optional(),
  finish_reason: z.string().nullish(),
  /** vLLM: the stop text or the id of the token that ended it; null at the end of the turn. */
  stop_reason: z.union([z.string(), z.number()]).nullish(),
  logprobs: logprobsSchema.nullish(),
});

const usageSchema = z.looseObject({
  prompt_tokens: z.int().min(0),
  completion_tokens: z.int().min(0),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.int().min(0).nullish() }).nullish(),
  cost: z.number().min(0).nullish(),
});

const answerSchema = z.looseObject({ choices: z.array(choiceSchema).max(1), usage: usageSchema.nullish() });

/** Reads answers of `/v1/completions` and `/v1/chat/completions`, streamed or whole. */
export function readOpenaiAnswer(json: unknown): CompletionPiece {
  const { choices, usage } = answerSchema.parse(json);
  const choice = choices[0];
  return {
    text: choice?.text ?? choice?.delta?.content ?? choice?.message?.content ?? '',
    tokens: tokensOf(choice?.logprobs ?? null),
    mark: null,
    ending: endingOf(choice?.finish_reason ?? null),
    stopText: typeof choice?.stop_reason === 'string' ? choice.stop_reason : null,
    usage: usage ? usageOf(usage) : null,
  };
}

/** Fields that all servers of this format know, without any sampling but the temperature's. */
export function openaiBody(request: CompletionRequest, options: BodyOptions): Record<string, unknown> {
  const { mode, model, stream, logProbabilities } = options;
  const isChat = mode === 'chat';
  return {
    model,
    ...(isChat ? { messages: continuedMessages(request) } : { prompt: request.prompt }),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: 1,
    seed: request.seed,
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
    ...(request.stops.length > 0 && { stop: request.stops }),
    ...(logProbabilities && { logprobs: isChat ? true : 1 }),
  };
}

export const openaiModels = {
  path: '/v1/models',
  read: (json: unknown): ServerModel[] => modelsSchema.parse(json).data.map(modelOf),
};

const modelsSchema = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), meta: z.looseObject({ n_params: z.number().optional() }).nullish() })),
});

function modelOf({ id, meta }: z.output<typeof modelsSchema>['data'][number]): ServerModel {
  return { id, parameters: meta?.n_params ?? null };
}

function continuedMessages({ messages, turn }: CompletionRequest): object[] {
  return turn === '' ? [...messages] : [...messages, { role: 'assistant', content: turn }];
}

function tokensOf(logprobs: z.output<typeof logprobsSchema> | null): WrittenToken[] {
  if (logprobs === null) return [];
  if ('content' in logprobs && Array.isArray(logprobs.content)) {
    return (logprobs.content as z.output<typeof chatTokenSchema>[]).map(({ id, token, logprob }) => ({
      id: id ?? idIn(token),
      logProbability: logprob,
    }));
  }
  const { tokens, token_logprobs: values } = logprobs as { tokens: string[]; token_logprobs: (number | null)[] };
  return tokens.map((token, index) => ({ id: idIn(token), logProbability: values[index] ?? 0 }));
}

/** The id in what vLLM writes for a token when asked for ids; -1 where there is none. */
function idIn(token = ''): number {
  return Number(/^token_id:(\d+)$/u.exec(token)?.[1] ?? -1);
}

function endingOf(reason: string | null): Ending | null {
  if (reason === null || reason === '') return null;
  if (reason === 'length') return 'length';
  if (reason === 'content_filter') {
    throw serverFault('never', 'content-filtered', 'The server filtered what was written.', 'Ask another server.');
  }
  return 'stop';
}

function usageOf(usage: z.output<typeof usageSchema>): CompletionUsage {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens,
    cost: usage.cost ?? null,
  };
}
