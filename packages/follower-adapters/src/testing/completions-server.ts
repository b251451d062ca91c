import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, RsimError } from '@rsim/core';
import { z } from 'zod';

import { type Fault, sendFaulty } from './faults.js';
import type { TextModel, WrittenText } from './text-model.js';

const completionSchema = z.looseObject({
  model: z.string(),
  prompt: z.string(),
  max_tokens: z.int().min(1),
  temperature: z.number().min(0),
  seed: z.int(),
  stop: z.array(z.string()).default([]),
  stream: z.boolean().default(false),
  logprobs: z.int().optional(),
  skip_special_tokens: z.boolean().default(true),
});

export interface CompletionsServerOptions {
  /** What goes wrong with the next completion, if anything. */
  readonly nextFault?: () => Fault | null;
  /** An answer of the server to a request of any path in place of its own, if there is one. */
  readonly instead?: (path: string) => CannedAnswer | null;
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
 * A small OpenAI-compatible server over a text model, with what vLLM adds to the format: for tests against a real
 * connection. It serves `/v1/models`, `/v1/completions` and `/tokenize`.
 */
export class CompletionsServer implements AsyncDisposable {
  /** Completions that were begun, and those whose client went away before the end. */
  begun = 0;
  abandoned = 0;
  /** Bodies of the completions that were asked for. */
  readonly asked: z.output<typeof completionSchema>[] = [];
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
      if (request.url === '/v1/models') return sendJson(response, 200, { data: [{ id: this.model.name }] });
      if (request.url === '/tokenize') {
        const { prompt } = z.looseObject({ prompt: z.string() }).parse(await bodyOf(request));
        const tokens = this.model.encode(prompt);
        return sendJson(response, 200, { count: tokens.length, tokens });
      }
      if (request.url === '/v1/completions') {
        return await this.#complete(completionSchema.parse(await bodyOf(request)), response);
      }
      sendJson(response, 404, { error: { message: 'no such route' } });
    } catch (thrown) {
      const status = thrown instanceof RsimError ? 400 : 500;
      if (!response.headersSent) sendJson(response, status, { error: { message: messageOf(thrown) } });
    }
  }

  async #complete(body: z.output<typeof completionSchema>, response: ServerResponse): Promise<void> {
    const { prompt, max_tokens: maxTokens, temperature, seed, stop: stops } = body;
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) this.abandoned += 1;
      gone.abort();
    });
    this.begun += 1;
    this.asked.push(body);
    const fault = this.options.nextFault?.() ?? null;
    const { signal } = gone;
    const complete = await this.model.complete({ prompt, maxTokens, temperature, seed, stops, signal });
    const written = body.skip_special_tokens ? withoutSpecial(complete) : complete;
    if (signal.aborted) return;
    const hasProbabilities = body.logprobs !== undefined;
    const [type, parts] = body.stream
      ? ['text/event-stream', streamed(written, hasProbabilities)]
      : ['application/json', [JSON.stringify(whole(written, hasProbabilities))]];
    if (fault !== null) return sendFaulty(response, fault, type, parts);
    response.writeHead(200, { 'content-type': type });
    for (const part of parts) response.write(part);
    response.end();
  }
}

function withoutSpecial({ tokens, ...written }: WrittenText): WrittenText {
  return { ...written, tokens: tokens.map((token) => (token.isSpecial ? { ...token, text: '' } : token)) };
}

function streamed(written: WrittenText, hasProbabilities: boolean): string[] {
  const { tokens, promptTokens } = written;
  const usage = (count: number): object => ({ prompt_tokens: promptTokens, completion_tokens: count });
  const chunks = tokens.map((token, index) => ({
    choices: [choice(written, [token], hasProbabilities, index === tokens.length - 1)],
    usage: usage(index + 1),
  }));
  const last = { choices: [], usage: usage(tokens.length) };
  return [...[...chunks, last].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'];
}

function whole(written: WrittenText, hasProbabilities: boolean): object {
  const usage = { prompt_tokens: written.promptTokens, completion_tokens: written.tokens.length };
  return { choices: [choice(written, written.tokens, hasProbabilities, true)], usage };
}

function choice(
  { stop }: WrittenText,
  tokens: WrittenText['tokens'],
  hasProbabilities: boolean,
  isLast: boolean,
): object {
  return {
    index: 0,
    text: tokens.map(({ text }) => text).join(''),
    finish_reason: isLast ? (stop === undefined ? 'length' : 'stop') : null,
    stop_reason: isLast ? (stop ?? null) : null,
    logprobs: hasProbabilities
      ? {
          tokens: tokens.map(({ id }) => `token_id:${id}`),
          token_logprobs: tokens.map(({ logProbability }) => logProbability),
        }
      : null,
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  sendText(response, status, JSON.stringify(body));
}

function sendText(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(json);
}
