import { HubError } from '@rsim/core';
import { CachedRepository } from './cache.js';
import { downloadFile, notCached, type DownloadOptions } from './download-file.js';
import { HubClient, isOutage } from './hub-client.js';
import { describeReference, isCommit, isSafePath, parseHubReference, type HubReference } from './reference.js';
import { defaultLimits, hubSettings } from './settings.js';
import { unwritable } from './transfer.js';

/** Most files of one snapshot: patterns that match more are taken for a mistake. */
const mostFiles = 10_000;

/** Paths in which `*` stands for any text, `/` included, or how they follow from the paths of the files that there are. */
export type SnapshotPatterns = readonly string[] | ((files: readonly string[]) => readonly string[]);

/**
 * The files of a repository that match `patterns`, as a folder in which they have their paths. All are of one commit.
 * Without network, or with `HF_HUB_OFFLINE=1`, the folder of the commit last seen, where it has something for every
 * pattern.
 *
 * @param reference a repository, e.g. `hf://Qwen/Qwen2.5-0.5B-Instruct@main`; a path is taken as a pattern.
 * @param patterns all files when there are none; what a function throws of the hub's files is thrown.
 * @returns the folder; it may also hold files that were downloaded before.
 * @throws HubError when a pattern matches nothing, or as `downloadFile` does.
 */
export async function downloadSnapshot(
  reference: string | HubReference,
  patterns: SnapshotPatterns = [],
  options: DownloadOptions = {},
): Promise<string> {
  const asked = typeof reference === 'string' ? parseHubReference(reference) : reference;
  const wantedOf = (files: readonly string[]): string[] => [
    ...(asked.path === null ? [] : [asked.path]),
    ...(typeof patterns === 'function' ? patterns(files) : patterns),
  ];
  const settings = hubSettings(options.environment);
  const repository = new CachedRepository(settings.cache, asked);
  const known = await cachedSnapshot(repository, asked.revision, wantedOf);
  if (settings.offline) {
    if (known === null) throw notCached(asked);
    return known;
  }
  const client = new HubClient(settings, { ...defaultLimits, ...options.limits }, options.signal);
  let listing: Listing;
  try {
    listing = await list(client, asked, known === null ? undefined : 1);
  } catch (error) {
    if (known === null || !isOutage(error)) throw error;
    return known;
  }
  const wanted = wantedOf(listing.files);
  const unmatched = missing(wanted, listing.files);
  if (unmatched.length > 0 || listing.files.length === 0) {
    throw new HubError(`${describeReference({ ...asked, path: null })} has no file "${unmatched[0] ?? '*'}"`, {
      code: 'hub-not-found',
      remedy: 'Look at the repository on the hub: its files may have other names.',
    });
  }
  const chosen = listing.files.filter(
    (file) => wanted.length === 0 || wanted.some((pattern) => matches(pattern, file)),
  );
  if (chosen.length > mostFiles) {
    throw new HubError(`${describeReference(asked)}: ${chosen.length} files match, more than ${mostFiles}`, {
      code: 'hub-reference',
      remedy: 'Name narrower patterns.',
    });
  }
  // A graph comes after its external data: where it is there, all of it is, also for who asks the cache alone.
  const isGraph = (path: string): boolean => path.endsWith('.onnx');
  for (const path of [...chosen.filter((path) => !isGraph(path)), ...chosen.filter(isGraph)]) {
    // Named as it was asked for: the commit is for the machine.
    const onProgress: DownloadOptions['onProgress'] = (progress) =>
      options.onProgress?.({ ...progress, file: describeReference({ ...asked, path }) });
    await downloadFile({ ...asked, revision: listing.commit, path }, { ...options, onProgress });
  }
  await repository.rememberCommit(asked.revision, listing.commit).catch(unwritable);
  return repository.snapshot(listing.commit);
}

/** Whether a path is what a pattern means: `*` is any text, `/` included, as in Python's `allow_patterns`. */
export function matches(pattern: string, path: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's').test(path);
}

interface Listing {
  readonly commit: string;
  readonly files: readonly string[];
}

async function list(client: HubClient, asked: HubReference, attempts?: number): Promise<Listing> {
  const { kind, repository, revision } = asked;
  const what = describeReference({ ...asked, path: null });
  const url = `${client.settings.endpoint}/api/${kind}s/${repository}/revision/${encodeURIComponent(revision)}`;
  const answer = await client.json(url, what, attempts);
  const { sha, siblings } = Object(answer) as { sha?: unknown; siblings?: unknown };
  const names = Array.isArray(siblings)
    ? siblings.map((file) => (Object(file) as { rfilename?: unknown }).rfilename)
    : [];
  if (typeof sha !== 'string' || !isCommit(sha) || !names.every((name) => typeof name === 'string')) {
    throw new HubError(`${what}: the server does not list files as a model hub does`, {
      remedy: 'Check HF_ENDPOINT and proxies in between.',
    });
  }
  return { commit: sha, files: names.filter(isSafePath).sort() };
}

/** The folder of the commit last seen, if it has something for every pattern. */
async function cachedSnapshot(
  repository: CachedRepository,
  revision: string,
  wantedOf: (files: readonly string[]) => readonly string[],
): Promise<string | null> {
  const commit = await repository.commitOf(revision);
  if (commit === null) return null;
  const files = await repository.files(commit);
  try {
    return files.length > 0 && missing(wantedOf(files), files).length === 0 ? repository.snapshot(commit) : null;
  } catch {
    // What the cache lacks the hub may have.
    return null;
  }
}

function missing(patterns: readonly string[], files: readonly string[]): string[] {
  return patterns.filter((pattern) => !files.some((file) => matches(pattern, file)));
}
