import { setTimeout as sleep } from 'node:timers/promises';
import { HubError, messageOf, Random } from '@rsim/core';
import type { HubLimits, HubSettings } from './settings.js';

/** A try that failed in a way that another may not. */
export class TransientFailure extends Error {
  constructor(
    /** What is thrown when no try is left. */
    readonly error: HubError,
    /** Seconds that the hub asks to wait, if it does. */
    readonly retryAfter: number | null = null,
    /** Whether the try brought something, so that tries are counted from here again. */
    readonly isProgress = false,
  ) {
    super(error.message);
  }
}

const mostRedirects = 5;
/** Bytes of a page of the hub's interface that are read. */
const longestPage = 64 * 1024 * 1024;

interface HubRequest {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
}

/** Talks to the hub: time limits, tries with back-off, redirects that never carry the token elsewhere. */
export class HubClient {
  readonly #jitter = Random.of(process.pid, 'hub');

  constructor(
    readonly settings: HubSettings,
    readonly limits: HubLimits,
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * Runs `attempt` until it succeeds.
   *
   * @param attempts tries in a row that may bring nothing; as the limits say by default.
   * @throws HubError of the last try, or what `attempt` throws besides `TransientFailure`; the signal's reason.
   */
  async retrying<T>(attempt: () => Promise<T>, attempts = this.limits.attempts): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt();
      } catch (failure) {
        this.signal?.throwIfAborted();
        if (!(failure instanceof TransientFailure)) throw failure;
        if (failure.isProgress) failures = 1;
        const wait = this.#wait(failures, failure.retryAfter);
        if (failures >= attempts || wait === null) throw failure.error;
        await sleep(wait * 1000, undefined, { signal: this.signal }).catch(() => this.signal?.throwIfAborted());
      }
    }
  }

  /**
   * One request, once; redirects are followed.
   *
   * @param what the thing asked for, for messages.
   * @param stop ends the transfer of the body, too.
   * @throws HubError or TransientFailure for any status but success; 416 is left to the caller.
   */
  async send(url: string, what: string, init: HubRequest, stop?: AbortSignal): Promise<Response> {
    let at = new URL(url);
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const response = await this.#fetch(at, what, init, stop);
      const location = response.headers.get('location');
      const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
      // The head of a file already says all about it; what it redirects to is only its content.
      if (isRedirect && !(init.method === 'HEAD' && response.headers.has('x-repo-commit'))) {
        await response.body?.cancel();
        if (!URL.canParse(location, at.href)) break;
        at = new URL(location, at);
        continue;
      }
      if (!isRedirect && !response.ok && response.status !== 416) await this.#refuse(response, what);
      return response;
    }
    throw new HubError(`${what}: the hub redirects too often or to nowhere`, {
      remedy: 'Check HF_ENDPOINT, and try again later.',
    });
  }

  /**
   * What a page of the hub's interface says.
   *
   * @throws HubError as `send` does, and when it is no JSON, too long or late.
   */
  async json(url: string, what: string, attempts = this.limits.attempts): Promise<unknown> {
    return this.retrying(async () => {
      const stop = AbortSignal.timeout(this.limits.responseSeconds * 1000);
      const response = await this.send(url, what, {}, stop);
      try {
        const chunks: Uint8Array[] = [];
        let bytes = 0;
        for await (const chunk of response.body ?? []) {
          bytes += chunk.byteLength;
          if (bytes > longestPage) throw new RangeError(`longer than ${longestPage} bytes`);
          chunks.push(chunk);
        }
        return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
      } catch (cause) {
        const remedy = 'Check HF_ENDPOINT and proxies in between, and try again later.';
        throw new TransientFailure(
          new HubError(`${what}: the hub's answer cannot be read: ${messageOf(cause)}`, { remedy }),
        );
      }
    }, attempts);
  }

  async #fetch(
    url: URL,
    what: string,
    { method = 'GET', headers = {} }: HubRequest,
    stop?: AbortSignal,
  ): Promise<Response> {
    const { token, endpoint } = this.settings;
    const sent = new Headers({ 'user-agent': 'rsim', 'accept-encoding': 'identity', ...headers });
    if (token !== null && url.origin === new URL(endpoint).origin) sent.set('authorization', `Bearer ${token}`);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('no answer in time')), this.limits.responseSeconds * 1000);
    const signals = [late.signal, this.signal, stop].filter((signal) => signal !== undefined);
    try {
      return await fetch(url.href, {
        method,
        headers: sent,
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      });
    } catch (cause) {
      this.signal?.throwIfAborted();
      throw new TransientFailure(unreachable(what, url, cause));
    } finally {
      clearTimeout(timer);
    }
  }

  async #refuse(response: Response, what: string): Promise<never> {
    const { status, headers } = response;
    await response.body?.cancel();
    const code = headers.get('x-error-code');
    if (status === 401 || status === 403 || code === 'GatedRepo') {
      const isAnonymous = this.settings.token === null;
      throw new HubError(`${what}: the hub refuses access (${status})${isAnonymous ? ', and there is no token' : ''}`, {
        code: 'hub-unauthorized',
        remedy: isAnonymous
          ? 'Check the name; for a private or gated repository set HF_TOKEN to a token that may read it.'
          : 'Check the name, and that the token in HF_TOKEN is valid and may read this repository.',
      });
    }
    if (status === 404 || status === 410) {
      throw new HubError(`${what}: the hub has no such file, repository or revision (${status})`, {
        code: 'hub-not-found',
        remedy: 'Check organisation, name, revision and path; a private repository needs HF_TOKEN.',
      });
    }
    const remedy = status === 429 ? 'Wait a while; a token in HF_TOKEN raises the limit.' : 'Try again later.';
    const error = new HubError(`${what}: the hub answers with status ${status}`, {
      code: status === 429 ? 'hub-rate-limited' : status >= 500 ? 'hub-unavailable' : 'hub-failed',
      remedy,
    });
    if (status === 408 || status === 429 || status >= 500) throw new TransientFailure(error, retryAfter(headers));
    throw error;
  }

  /** Seconds to wait before the next try, `null` when that would be too long. */
  #wait(failures: number, asked: number | null): number | null {
    if (asked !== null) return asked > this.limits.longestRetryAfterSeconds ? null : asked;
    return this.limits.backoffSeconds * 2 ** (failures - 1) * (0.5 + this.#jitter.next());
  }
}

/** Whether an error is of the kind that lets what is in the cache be used in its place: the hub cannot be asked now. */
export function isOutage(error: unknown): boolean {
  return error instanceof HubError && ['hub-unreachable', 'hub-unavailable', 'hub-rate-limited'].includes(error.code);
}

/** Seconds or a date, as RFC 9110 section 10.2.3 has it. */
function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after')?.trim();
  if (!text) return null;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

function unreachable(what: string, url: URL, cause: unknown): HubError {
  const reason = cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
  return new HubError(`${what}: ${url.host} cannot be reached: ${reason}`, {
    code: 'hub-unreachable',
    remedy: 'Check the network and HF_ENDPOINT; with HF_HUB_OFFLINE=1 only the cache is used.',
  });
}
