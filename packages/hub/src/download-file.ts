import { HubError, type DownloadProgress } from '@rsim/core';
import { CachedRepository, isFile } from './cache.js';
import { sha256Of } from './checksum.js';
import { HubClient, isOutage } from './hub-client.js';
import { FileLock } from './lock.js';
import { describeReference, isCommit, parseHubReference, type HubReference } from './reference.js';
import { defaultLimits, hubSettings, type HubLimits } from './settings.js';
import { transfer, unwritable } from './transfer.js';

export interface DownloadOptions {
  /** Called with every piece that comes; never for what is in the cache. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Where the settings are read from; `process.env` by default. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly limits?: Partial<HubLimits>;
}

export interface FileOptions extends DownloadOptions {
  /** SHA-256 (hexadecimal) that the content must have, whatever the hub says. */
  readonly sha256?: string;
}

/**
 * A file of the hub as a local path: from the cache when it is there at the revision's commit, else downloaded, checked
 * and kept. Without network, or with `HF_HUB_OFFLINE=1`, what the cache has is used.
 *
 * @param reference e.g. `hf://datasets/openai/gsm8k/main/test-00000-of-00001.parquet`.
 * @throws HubError saying what is wrong and what to do; the signal's reason when it is aborted.
 */
export async function downloadFile(reference: string | HubReference, options: FileOptions = {}): Promise<string> {
  const asked = typeof reference === 'string' ? parseHubReference(reference) : reference;
  const { path } = asked;
  if (path === null || path.includes('*')) {
    throw new HubError(`${describeReference(asked)} names no file`, {
      code: 'hub-reference',
      remedy: 'Add the path of a file within the repository.',
    });
  }
  const local = await locate({ ...asked, path }, options);
  if (options.sha256 !== undefined && (await sha256Of(local)) !== options.sha256.toLowerCase()) {
    throw new HubError(`${describeReference(asked)}: the file has another SHA-256 than the one asked for`, {
      code: 'hub-checksum',
      remedy: 'Name the revision (a commit) that the checksum was made for.',
    });
  }
  return local;
}

type FileReference = HubReference & { readonly path: string };

async function locate(asked: FileReference, options: FileOptions): Promise<string> {
  const settings = hubSettings(options.environment);
  const repository = new CachedRepository(settings.cache, asked);
  const cached = async () => {
    const commit = await repository.commitOf(asked.revision);
    return commit === null ? null : repository.find(commit, asked.path);
  };
  // A commit never changes, so there is nothing to ask.
  if (settings.offline || isCommit(asked.revision)) {
    const local = await cached();
    if (local !== null) return local;
    if (settings.offline) throw notCached(asked);
  }
  const client = new HubClient(settings, { ...defaultLimits, ...options.limits }, options.signal);
  const local = await cached();
  const what = describeReference(asked);
  const url = fileUrl(settings.endpoint, asked);
  let head: FileHead;
  try {
    // Nobody with a copy should wait long for a hub that is gone.
    head = await client.retrying(
      async () => read(await client.send(url, what, { method: 'HEAD' }), what),
      local === null ? undefined : 1,
    );
  } catch (error) {
    if (local === null || !isOutage(error)) throw error;
    return local;
  }
  await repository.rememberCommit(asked.revision, head.commit).catch(unwritable);
  return (
    (await repository.find(head.commit, asked.path)) ??
    bring(client, repository, { ...asked, ...head, url, what }, options)
  );
}

async function bring(
  client: HubClient,
  repository: CachedRepository,
  { commit, etag, size, path, url, what }: FileReference & FileHead & { readonly url: string; readonly what: string },
  { onProgress, signal }: FileOptions,
): Promise<string> {
  await using _lock = await takeLock(repository.lock(etag), signal);
  if (!(await isFile(repository.blob(etag)))) {
    await transfer(client, {
      ...{ url, what, etag, size },
      partial: repository.partial(etag),
      target: repository.blob(etag),
      onBytes: (received, total) => onProgress?.({ file: what, received, total }),
    });
  }
  return repository.link(commit, path, etag).catch(unwritable);
}

async function takeLock(path: string, signal?: AbortSignal): Promise<FileLock> {
  try {
    return await FileLock.take(path, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    return unwritable(cause);
  }
}

function fileUrl(endpoint: string, { kind, repository, revision, path }: FileReference): string {
  const parts = path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${kind === 'dataset' ? 'datasets/' : ''}${repository}/resolve/${encodeURIComponent(revision)}/${parts}`;
}

interface FileHead {
  readonly commit: string;
  readonly etag: string;
  readonly size: number | null;
}

/** @throws HubError when the headers are not those of a hub. */
function read({ headers, ok }: Response, what: string): FileHead {
  const commit = headers.get('x-repo-commit') ?? '';
  const etag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '').replace(/^W\//, '').replace(/"/g, '');
  // The length of a redirect is its own.
  const size = Number(headers.get('x-linked-size') ?? (ok ? headers.get('content-length') : null) ?? NaN);
  if (!isCommit(commit) || !/^[\w-]{1,200}$/.test(etag)) {
    throw new HubError(`${what}: the server does not answer as a model hub does`, {
      remedy: 'Check HF_ENDPOINT and proxies in between.',
    });
  }
  return { commit, etag, size: Number.isSafeInteger(size) ? size : null };
}

export function notCached(asked: HubReference): HubError {
  return new HubError(`${describeReference(asked)} is not in the cache, and HF_HUB_OFFLINE is set`, {
    code: 'hub-offline',
    remedy: 'Unset HF_HUB_OFFLINE, or copy the cache of a machine that has it and set HF_HOME to it.',
  });
}
