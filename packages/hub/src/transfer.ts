import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError, messageOf } from '@rsim/core';
import { matchesEtag } from './checksum.js';
import { TransientFailure, type HubClient } from './hub-client.js';

export interface Transfer {
  /** Where the content is. */
  readonly url: string;
  /** The file as a person names it. */
  readonly what: string;
  readonly etag: string;
  /** Size in bytes, `null` where the hub does not say. */
  readonly size: number | null;
  /** Where what has come so far is kept, also over runs. */
  readonly partial: string;
  /** Where the whole is put once it is checked. */
  readonly target: string;
  readonly onBytes?: (received: number, total: number | null) => void;
}

/** A try that brought at least this many bytes counts as progress. */
const progressBytes = 64 * 1024;

/**
 * Brings a file, going on with what an earlier try left, and checks it before it counts as there.
 *
 * @throws HubError when it cannot be had or is not what the hub says; what has come is kept, what is wrong is not.
 */
export async function transfer(client: HubClient, asked: Transfer): Promise<void> {
  await mkdir(dirname(asked.partial), { recursive: true }).catch(unwritable);
  for (let isSecond = false; ; isSecond = true) {
    await client.retrying(() => receive(client, asked));
    if (await matchesEtag(asked.partial, asked.etag)) break;
    await rm(asked.partial, { force: true });
    // What an earlier run left may be to blame, so it is tried once more from the first byte.
    if (isSecond) throw altered(asked.what);
  }
  await rename(asked.partial, asked.target);
}

/** One try: appends to the partial file what it lacks. */
async function receive(client: HubClient, asked: Transfer): Promise<void> {
  const { url, what, partial, size, onBytes } = asked;
  const had = await sizeOf(partial);
  if (size === 0) return writeFile(partial, '').catch(unwritable);
  if (size !== null && had === size) return onBytes?.(had, size);
  if (size !== null && had > size) await rm(partial, { force: true });
  const from = size !== null && had > size ? 0 : had;
  const stop = new AbortController();
  const response = await client.send(url, what, { headers: from > 0 ? { range: `bytes=${from}-` } : {} }, stop.signal);
  const continues = response.status === 206 && startOf(response) === from;
  if (response.status === 416 || (response.status === 206 && !continues)) {
    await response.body?.cancel();
    await rm(partial, { force: true });
    throw new TransientFailure(altered(what));
  }
  const start = continues ? from : 0;
  let received = start;
  const file = await open(partial, continues ? 'a' : 'w').catch(unwritable);
  try {
    for await (const chunk of chunksOf(response, client.limits.stallSeconds, stop)) {
      await file.writeFile(chunk).catch(unwritable);
      received += chunk.byteLength;
      if (size !== null && received > size) break;
      onBytes?.(received, size);
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new TransientFailure(broken(what, messageOf(cause)), null, received - start >= progressBytes);
  } finally {
    stop.abort();
    await file.close();
  }
  if (size !== null && received < size) {
    throw new TransientFailure(
      broken(what, `${received} of ${size} bytes came`),
      null,
      received - start >= progressBytes,
    );
  }
}

/** The body, piece by piece; one that stalls is given up. */
async function* chunksOf(response: Response, stallSeconds: number, stop: AbortController): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const stalled = () => stop.abort(new Error(`nothing came for ${stallSeconds} s`));
  const timer = setTimeout(stalled, stallSeconds * 1000);
  try {
    for await (const chunk of response.body) {
      timer.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** First byte of a partial response. */
function startOf(response: Response): number | null {
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  return start === undefined ? null : Number(start);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function broken(what: string, how: string): HubError {
  return new HubError(`${what}: the transfer broke off: ${how}`, {
    code: 'hub-broken-transfer',
    remedy: 'Run it again: it goes on where it stopped.',
  });
}

function altered(what: string): HubError {
  return new HubError(`${what}: what came is not what the hub says it is (checksum or size differ)`, {
    code: 'hub-checksum',
    remedy: 'Try again; if it stays so, the server or a proxy in between alters the file.',
  });
}

/** @throws HubError always: what was to be written to the cache was not. */
export function unwritable(cause: unknown): never {
  throw new HubError(`the cache cannot be written: ${messageOf(cause)}`, {
    code: 'hub-cache',
    remedy: 'Make room, or set HF_HOME to a folder that can be written.',
    cause,
  });
}
