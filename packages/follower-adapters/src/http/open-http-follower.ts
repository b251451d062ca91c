import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { FollowerError, WeightsError } from '@rsim/core';
import { readPublishedTokens } from '@rsim/lm/published-tokens';

import { ChatTemplate } from '../text/chat-template.js';
import { ConversationFormat } from '../text/conversation-format.js';
import { CompletionServer } from './completion-server.js';
import type { Dialect, ServerModel, ServerTemplate } from './dialects/dialect.js';
import { dialects } from './dialects/index.js';
import { HttpConnection } from './http-connection.js';
import { type HttpConversations, HttpFollower } from './http-follower.js';
import type { HttpOptions } from './http-options.js';
import type { ServerFault } from './server-fault.js';
import { UsageMeter } from './usage-meter.js';

/**
 * Finds the server and its model, so that what is wrong with either is said before the first episode.
 *
 * @param directory from which relative paths start
 * @param onWaiting told, in the server's words, why it is waited for
 * @throws FollowerError when the server cannot be reached, is of another kind, refuses the key, lacks the model or is not ready in time
 * @throws WeightsError when there is no chat template, or none that can be read
 */
export async function openHttpFollower(
  options: HttpOptions,
  directory = process.cwd(),
  onWaiting: (what: string) => void = () => undefined,
): Promise<HttpFollower> {
  const dialect: Dialect = dialects[options.dialect];
  checkMode(options, dialect);
  // Other clients are given the URL with the API's version.
  const url = (options.url ?? dialect.defaultUrl).replace(/(\/+v1)?\/*$/u, '');
  const { apiKeyVariable = null } = options;
  const apiKey = apiKeyVariable === null ? null : keyIn(apiKeyVariable);
  const connection = new HttpConnection({ ...options, url, apiKeyVariable, model: options.model ?? '' }, apiKey);
  const server = new CompletionServer(connection, dialect);
  const described = await whenReady(connection, options.openingSeconds, onWaiting, (signal) =>
    describe(server, options, url, signal),
  );
  const { model, template, addsBeginning, special } = described;
  const format = new ConversationFormat(
    options.mode === 'chat' ? { ...options, format: 'plain' } : options,
    await chatTemplate(options, template, directory),
  );
  const closing = new AbortController();
  // Every step listens; Node would take that for a leak.
  setMaxListeners(0, closing.signal);
  const conversations = {
    server,
    format,
    body: {
      mode: options.mode,
      model: model.id,
      stream: options.stream,
      logProbabilities: options.logProbabilities ?? dialect.hasLogProbabilities,
    },
    meter: new UsageMeter(options),
    beginning: addsBeginning ? (template?.beginning ?? '') : '',
    special,
    episodeSeconds: options.episodeSeconds,
    closing,
  };
  return new HttpFollower(model.id, model.parameters, conversations, connection.counts);
}

/** What a server tells of itself. */
interface Description {
  readonly model: ServerModel;
  readonly template: ServerTemplate | null;
  /** Whether its tokenizer adds the model's beginning-of-text mark: some models have one that theirs does not add. */
  readonly addsBeginning: boolean;
  readonly special: HttpConversations['special'];
}

async function describe(
  server: CompletionServer,
  options: HttpOptions,
  url: string,
  signal: AbortSignal,
): Promise<Description> {
  const model = chooseModel(await server.models(signal), options.model, url);
  const template = options.mode === 'chat' ? null : await server.template(signal);
  const addsBeginning = template !== null && (await server.addsBeginning(model.id, signal));
  return { model, template, addsBeginning, special: await specialTokens(server, model.id, options, signal) };
}

/** What `work` resolves to; waits for a server that is busy, no longer than it may. */
async function whenReady<T>(
  connection: HttpConnection,
  seconds: number,
  onWaiting: (what: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(seconds * 1000);
  let last: ServerFault | null = null;
  connection.onRetry = (fault) => {
    if (fault.retry === 'later' && fault.message !== last?.message) onWaiting(fault.message);
    last = fault;
  };
  try {
    return await work(late);
  } catch (thrown) {
    throw late.aborted ? notReady(connection.origin.url, seconds, last) : thrown;
  } finally {
    connection.onRetry = null;
  }
}

function notReady(url: string, seconds: number, last: ServerFault | null): FollowerError {
  return new FollowerError(`Not ready within ${seconds} s: ${last?.message ?? `${url} gave no answer.`}`, {
    code: last?.code ?? 'follower-timeout',
    remedy: 'Try again when the server has loaded its model or has less to do, or raise `openingSeconds`.',
  });
}

function checkMode({ mode, dialect: name }: HttpOptions, dialect: Dialect): void {
  if (dialect.paths[mode] !== undefined) return;
  throw new FollowerError(`The dialect ${name} has no mode "${mode}".`, {
    code: 'request-refused',
    remedy: `Use the mode ${Object.keys(dialect.paths).join(' or ')}.`,
  });
}

function keyIn(variable: string): string {
  const key = process.env[variable]?.trim();
  if (key !== undefined && /^[\x21-\x7e]+$/u.test(key)) return key;
  throw new FollowerError(`The environment variable ${variable} holds no key.`, {
    code: 'api-key-missing',
    remedy: `Set ${variable} to the server's key.`,
  });
}

function chooseModel(models: readonly ServerModel[], wanted: string | undefined, url: string): ServerModel {
  const [first] = models;
  if (wanted === undefined && models.length === 1 && first !== undefined) return first;
  const found = models.find(({ id }) => id === wanted || id === `${wanted}:latest`);
  if (found !== undefined) return found;
  const names = models.slice(0, 20).map(({ id }) => id);
  const what = wanted === undefined ? `has ${models.length} models` : `does not have the model "${wanted}"`;
  throw new FollowerError(`${url} ${what}.`, {
    code: 'model-unknown',
    remedy: names.length === 0 ? 'Load a model on the server.' : `Set \`model\` to one of: ${names.join(', ')}.`,
  });
}

/** @throws FollowerError when the model has no such token */
async function specialTokens(
  server: CompletionServer,
  model: string,
  { specialTokens: texts }: HttpOptions,
  signal: AbortSignal,
): Promise<HttpConversations['special']> {
  const ids: number[] = [];
  for (const text of texts) {
    const told = await server.tokenIds(text, model, signal);
    if (told === null) break;
    if (told.length !== 1) {
      throw new FollowerError(`The model ${model} has no special token ${text}.`, {
        code: 'special-token-unknown',
        remedy: "Take it out of `specialTokens`; the model's tokenizer_config.json lists those that it has.",
      });
    }
    ids.push(told[0] as number);
  }
  return { texts, ids };
}

async function chatTemplate(
  options: HttpOptions,
  told: ServerTemplate | null,
  directory: string,
): Promise<ChatTemplate | null> {
  if (options.tokenizerConfig !== undefined) {
    const path = resolve(directory, options.tokenizerConfig);
    const tokens = await readPublishedTokens(path, await readTokenizerConfig(path));
    return ChatTemplate.of(tokens, options.chatTemplate);
  }
  const source = options.chatTemplate ?? told?.source ?? null;
  return source === null ? null : new ChatTemplate(source, { bos_token: told?.beginning ?? '', eos_token: '' });
}

async function readTokenizerConfig(path: string): Promise<unknown> {
  const unusable = (why: string, cause: unknown): WeightsError =>
    new WeightsError(`The \`tokenizerConfig\` ${path} ${why}.`, {
      remedy: 'Give the path of the tokenizer_config.json that was published with the model.',
      cause,
    });
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unusable(unreadable[cause.code ?? ''] ?? `cannot be read (${cause.code})`, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable('is not JSON', cause);
  }
}

const unreadable: Readonly<Record<string, string>> = { ENOENT: 'is not there', EISDIR: 'is a folder' };
