import { messageOf } from '@rsim/core';

import { limited, mostResponseBytes, readEvents, readLines } from './body-lines.js';
import { redactor } from './redaction.js';
import { type Origin, responseFault, retryAfter, wrongServer } from './response-fault.js';
import { connectionFault, malformed, serverFault, ServerFault } from './server-fault.js';
import { backOff, type GateOptions, ServerGate } from './server-gate.js';

export interface ConnectionOptions extends GateOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly model: string;
  readonly apiKeyVariable: string | null;
  /** Most seconds one request may take, from its start to the end of the answer. */
  readonly requestSeconds: number;
  /** How often a request is asked again that failed on its way. */
  readonly retries: number;
}

/** How often what was asked. */
export interface RequestCounts {
  /** Requests sent, retries included. */
  requests: number;
  retries: number;
}

/** The way to one server: how many requests at once, how long, how often again. Nothing here knows what is asked. */
export class HttpConnection {
  readonly counts: RequestCounts = { requests: 0, retries: 0 };
  readonly origin: Origin;
  /** Told of each fault after which it asks again. */
  onRetry: ((fault: ServerFault) => void) | null = null;
  readonly #gate: ServerGate;

  /** Private to the language, so that no record of this object holds it. */
  readonly #apiKey: string | null;

  constructor(
    private readonly options: ConnectionOptions,
    apiKey: string | null,
  ) {
    const { url, model, apiKeyVariable } = options;
    this.origin = { url, model, apiKeyVariable, redact: redactor(apiKey) };
    this.#apiKey = apiKey;
    this.#gate = new ServerGate(options);
  }

  /**
   * Asks until an answer can be read, as long as asking again can help. What `read` returns is the answer's only trace.
   *
   * @param body sent as JSON; `null` asks with GET
   * @param read turns the events of the answer into a result; it may stop early, which closes the connection
   * @throws ServerFault, or the signal's reason
   */
  async ask<T>(
    path: string,
    body: object | null,
    read: (events: AsyncIterable<string>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    for (let failures = 0; ;) {
      try {
        return await this.#gate.run(() => this.#once(path, body, read, signal), signal);
      } catch (thrown) {
        if (!(thrown instanceof ServerFault) || thrown.retry === 'never') throw thrown;
        this.onRetry?.(thrown);
        // Where the server is busy the gate waits, and the signal says for how long in all.
        if (thrown.retry === 'soon') {
          failures += 1;
          if (failures > this.options.retries) throw thrown;
          await pause(
            Math.min(this.options.longestPauseSeconds, backOff(this.options.firstPauseSeconds, failures)),
            signal,
          );
        }
        this.counts.retries += 1;
      }
    }
  }

  async #once<T>(
    path: string,
    body: object | null,
    read: (events: AsyncIterable<string>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { requestSeconds } = this.options;
    const late = AbortSignal.timeout(requestSeconds * 1000);
    this.counts.requests += 1;
    try {
      const response = await fetch(this.options.url + path, this.#init(body, AbortSignal.any([signal, late])));
      return await read(await this.#events(response));
    } catch (thrown) {
      signal.throwIfAborted();
      if (late.aborted) throw requestLate(this.options.url, requestSeconds);
      throw this.#fault(thrown);
    }
  }

  #init(body: object | null, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = { accept: 'text/event-stream, application/json, application/x-ndjson' };
    if (this.#apiKey !== null) headers.authorization = `Bearer ${this.#apiKey}`;
    // A redirect would carry the question elsewhere.
    const init: RequestInit = { headers, signal, redirect: 'manual' };
    if (body === null) return init;
    headers['content-type'] = 'application/json';
    return { ...init, method: 'POST', body: JSON.stringify(body) };
  }

  /** The events of an answer: of an event stream, of lines of JSON, or the whole JSON as one. */
  async #events(response: Response): Promise<AsyncIterable<string>> {
    const chunks = limited(response.body ?? empty(), mostResponseBytes);
    const type = (response.headers.get('content-type') ?? 'none').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!response.ok) throw await this.#refusal(response, chunks);
    if (type === 'text/event-stream') return this.#checked(readEvents(chunks));
    if (type === 'application/x-ndjson') return this.#checked(readLines(chunks));
    if (type === 'application/json') return this.#checked(whole(chunks));
    await response.body?.cancel();
    throw wrongServer('soon', `its answer is of the type ${type}`, this.origin);
  }

  /** Turns events that report an error in the middle of a stream into that error. */
  async *#checked(events: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const event of events) {
      const status = /^\s*\{\s*"(error|object"\s*:\s*"error)"/u.test(event) ? statusOf(event) : null;
      if (status !== null) throw this.#responseFault(status, event, null);
      if (event.trim() !== '') yield event;
    }
  }

  async #refusal(response: Response, chunks: AsyncIterable<Uint8Array>): Promise<ServerFault> {
    const body: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of chunks) {
      body.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > 65_536) break;
    }
    const after = retryAfter(response.headers.get('retry-after'), Date.now());
    return this.#responseFault(response.status, Buffer.concat(body).toString('utf8'), after);
  }

  #responseFault(status: number, body: string, retryAfterSeconds: number | null): ServerFault {
    return responseFault({ status, body, retryAfterSeconds }, this.origin);
  }

  #fault(thrown: unknown): unknown {
    if (thrown instanceof ServerFault) return thrown;
    if (thrown instanceof TypeError && 'code' in thrown) return malformed(messageOf(thrown), thrown);
    return thrown instanceof TypeError ? connectionFault(thrown, this.options.url) : thrown;
  }
}

async function* whole(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const body: Uint8Array[] = [];
  for await (const chunk of chunks) body.push(chunk);
  yield Buffer.concat(body).toString('utf8');
}

async function* empty(): AsyncGenerator<Uint8Array> {}

/** The status an error event stands for. */
function statusOf(event: string): number {
  const code = /"(?:code|status)"\s*:\s*"?(\d{3})\b/u.exec(event)?.[1];
  return code === undefined ? 500 : Number(code);
}

function requestLate(url: string, seconds: number): ServerFault {
  return serverFault(
    'soon',
    'follower-timeout',
    `${url} gave no whole answer within ${seconds} s.`,
    'Raise `requestSeconds`.',
  );
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
