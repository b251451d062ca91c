import { FollowerError, messageOf, type RsimErrorOptions } from '@rsim/core';

/**
 * Whether asking again can help. `never`: the same request would fail again. `soon`: what failed may be over.
 * `later`: the server has too much to do.
 */
export type Retry = 'never' | 'soon' | 'later';

/** A request that a server did not answer as it should. */
export class ServerFault extends FollowerError {
  constructor(
    message: string,
    options: RsimErrorOptions,
    readonly retry: Retry,
    /** Seconds that the server asks to be left alone, or `null`. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message, options);
  }
}

export function serverFault(retry: Retry, code: string, message: string, remedy: string, cause?: unknown): ServerFault {
  return new ServerFault(message, { code, remedy, cause }, retry);
}

/** What went wrong underneath `fetch`, whose own message is only "fetch failed". */
export function connectionFault(thrown: unknown, url: string): ServerFault {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  return serverFault(
    'soon',
    'server-unreachable',
    `No connection with ${url}: ${messageOf(cause) || 'it was refused'}.`,
    'Start the server, or correct `url`.',
    thrown,
  );
}

/** A body that is not what the dialect's servers send. */
export function malformed(what: string, cause?: unknown): ServerFault {
  const message = `The server's answer cannot be read: ${what}.`;
  return serverFault(
    'soon',
    'response-malformed',
    message,
    'Check `dialect` and `url`, and what stands between.',
    cause,
  );
}

/** A prompt, or a prompt with what was written, that the server's context does not hold. */
export function contextOverflow(detail: string): ServerFault {
  return serverFault(
    'never',
    'context-overflow',
    `The conversation is longer than the server's context: ${detail}.`,
    'Give the server a larger context, or the episodes a smaller budget.',
  );
}
