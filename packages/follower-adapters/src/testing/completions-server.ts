import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, RsimError } from '@rsim/core';
import { z } from 'zod';

import { ChatTemplate } from '../text/chat-template.js';
import { type Fault, sendFaulty } from './faults.js';
import { type ServerFormat, serverFormats } from './server-formats.js';
import type { TextModel, WrittenText } from './text-model.js';

export interface CompletionsServerOptions {
  /** What goes wrong with the next completion, if anything. */
  readonly nextFault?: () => Fault | null;
  /** An answer of the server to a request of any path in place of its own, if there is one. */
  readonly instead?: (path: string) => CannedAnswer | null;
  /** The model's beginning-of-text mark, and whether the tokenizer puts it before every text. */
  readonly beginning?: { readonly text: string; readonly isAdded: boolean };
  /** The chat template: told at `/props`, and used for chats. */
  readonly chat?: { readonly source: string; readonly repeatsTurn?: boolean };
  /** A key that requests must carry. */
  readonly key?: string;
  /** Where it listens; any free port by default. */
  readonly port?: number;
}

/** JSON, with the status it is sent with. */
export interface CannedAnswer {
  readonly status: number;
  /** As text, so that it may be spelt in any way. */
  readonly body: string;
}

/**
 * A small server over a text model that speaks as vLLM, llama-server, Ollama, LM Studio and OpenAI do: for tests against a real
 * connection. Beside the completions of `serverFormats` it serves `/v1/models`, `/api/tags`, `/tokenize` and `/props`.
 */
export class CompletionsServer implements AsyncDisposable {
  /** Completions that were begun, and those whose client went away before the end. */
  begun = 0;
  abandoned = 0;
  /** Bodies of the completions that were asked for, and what the model was to go on with. */
  readonly asked: Readonly<Record<string, unknown>>[] = [];
  readonly prompts: string[] = [];
  readonly #server: Server;

  private constructor(
    private readonly model: TextModel,
    private readonly options: CompletionsServerOptions,
  ) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async listen(model: TextModel, options: CompletionsServerOptions = {}): Promise<CompletionsServer> {
    const server = new CompletionsServer(model, options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { key } = this.options;
    try {
      const canned = this.options.instead?.(request.url ?? '') ?? null;
      if (canned !== null) return sendText(response, canned.status, canned.body);
      if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
        return sendJson(response, 401, { error: { message: `bad key ${request.headers.authorization}` } });
      }
      const { name } = this.model;
      if (request.url === '/v1/models') return sendJson(response, 200, { data: [{ id: name }] });
      if (request.url === '/api/tags') return sendJson(response, 200, { models: [{ name }] });
      if (request.url === '/props') return sendJson(response, 200, this.#properties());
      if (request.url === '/tokenize') return sendJson(response, 200, this.#tokens(await bodyOf(request)));
      const format = serverFormats[request.url ?? ''];
      if (format !== undefined) return await this.#complete(format, await bodyOf(request), response);
      sendJson(response, 404, { error: { message: 'no such route' } });
    } catch (thrown) {
      const status = thrown instanceof RsimError ? 400 : 500;
      if (!response.headersSent) sendJson(response, status, { error: { message: messageOf(thrown) } });
    }
  }

  #properties(): object {
    const { chat, beginning } = this.options;
    return { chat_template: chat?.source ?? '', bos_token: beginning?.text ?? '' };
  }

  /** As vLLM and llama-server ask for them. */
  #tokens(body: unknown): object {
    const { prompt, content, add_special_tokens, add_special } = tokenizeSchema.parse(body);
    const { beginning } = this.options;
    const text = prompt ?? content ?? '';
    const isBegun = beginning?.isAdded === true && (add_special_tokens ?? add_special ?? false);
    const tokens = [...(isBegun ? [0] : []), ...(text === '' ? [] : this.model.encode(text))];
    return { count: tokens.length, tokens };
  }

  async #complete(format: ServerFormat, body: object, response: ServerResponse): Promise<void> {
    const { beginning, chat, nextFault } = this.options;
    const template = chat && new ChatTemplate(chat.source, { bos_token: beginning?.text ?? '' });
    const asked = format.read(body, template && { ...chat, template });
    const { maxTokens, temperature, seed, stops } = asked;
    const prompt = (asked.addsBeginning && beginning?.isAdded === true ? beginning.text : '') + asked.prompt;
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) this.abandoned += 1;
      gone.abort();
    });
    this.begun += 1;
    this.asked.push(body as Record<string, unknown>);
    this.prompts.push(prompt);
    const fault = nextFault?.() ?? null;
    const { signal } = gone;
    const complete = await this.model.complete({ prompt, maxTokens, temperature, seed, stops, signal });
    const written = asked.showsSpecial ? complete : withoutSpecial(complete);
    if (signal.aborted) return;
    const [type, parts] = asked.stream
      ? [format.type, format.stream(written, asked)]
      : ['application/json', [JSON.stringify(format.whole(written, asked))]];
    if (fault !== null) return sendFaulty(response, fault, type, parts);
    response.writeHead(200, { 'content-type': type });
    for (const part of parts) response.write(part);
    response.end();
  }
}

const tokenizeSchema = z.looseObject({
  prompt: z.string().optional(),
  content: z.string().optional(),
  add_special_tokens: z.boolean().optional(),
  add_special: z.boolean().optional(),
});

function withoutSpecial({ tokens, ...written }: WrittenText): WrittenText {
  return { ...written, tokens: tokens.map((token) => (token.isSpecial ? { ...token, text: '' } : token)) };
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as object;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  sendText(response, status, JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(json);
}
