import { messageOf } from '@rsim/core';
import type { z } from 'zod';
import { failureOfFetch, failureOfStatus, MlflowFailure } from './mlflow-failure.js';

/** Where a server is and how to be let in. */
export interface ServerAccess {
  /** Base address without credentials, e.g. `http://127.0.0.1:5000`. */
  readonly uri: string;
  /** Value of the header `Authorization`; `null` for none. */
  readonly authorization: string | null;
  /** Most seconds a request may take. */
  readonly timeoutSeconds: number;
}

/** A history of a million points is 100 MB; what is longer is no answer to anything asked here. */
const answerBytes = 128 * 2 ** 20;

/** A tracking server as something that takes and gives JSON and files. */
export class MlflowServer {
  /** Ends every request when it aborts. */
  signal: AbortSignal = new AbortController().signal;

  constructor(private readonly access: ServerAccess) {}

  get uri(): string {
    return this.access.uri;
  }

  /**
   * One call of the REST API, version 2.0.
   *
   * @param endpoint E.g. `runs/create`.
   * @throws MlflowFailure
   */
  async call<Schema extends z.ZodType>(
    method: 'GET' | 'POST' | 'PATCH',
    endpoint: string,
    fields: Readonly<Record<string, unknown>>,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const query = method === 'GET' ? `?${queryOf(fields)}` : '';
    const body = method === 'GET' ? undefined : JSON.stringify(fields);
    const text = await this.#request(method, `/api/2.0/mlflow/${endpoint}${query}`, body, 'application/json');
    const answer = schema.safeParse(asJson(text));
    if (answer.success) return answer.data;
    throw new MlflowFailure(`${this.uri} gave an answer to ${endpoint} that is not MLflow's`, 'missing');
  }

  /**
   * Puts a file where the server keeps artifacts, replacing what is there.
   *
   * @param path Of the artifact from the server's root of artifacts.
   * @throws MlflowFailure
   */
  async put(path: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
    const place = path.split('/').map(encodeURIComponent).join('/');
    await this.#request('PUT', `/api/2.0/mlflow-artifacts/artifacts/${place}`, content, 'application/octet-stream');
  }

  async #request(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | undefined,
    type: string,
  ): Promise<string> {
    const { authorization, timeoutSeconds, uri } = this.access;
    const headers = { 'content-type': type, ...(authorization === null ? {} : { authorization }) };
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), this.signal]);
    try {
      // A redirect would take the credentials elsewhere, and make a GET of a POST.
      const response = await fetch(`${uri}${path}`, { method, headers, body, signal, redirect: 'manual' });
      const text = await readText(response);
      if (response.ok) return text;
      throw failureOfStatus(response.status, text, `${method} ${uri}${path.replace(/\?.*/, '')}`);
    } catch (thrown) {
      if (thrown instanceof MlflowFailure) throw thrown;
      throw failureOfFetch(thrown, uri, timeoutSeconds);
    }
  }
}

function queryOf(fields: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) query.set(key, String(value));
  return query.toString();
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > answerBytes) throw new Error(`an answer of more than ${answerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch (error) {
    return messageOf(error);
  }
}
