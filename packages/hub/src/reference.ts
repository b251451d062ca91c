import { HubError } from '@rsim/core';

/** Something on the hub: a repository at a revision, and a file in it where one is meant. */
export interface HubReference {
  readonly kind: 'model' | 'dataset';
  /** `organisation/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** File within the repository, `/` between its parts; may hold `*` where patterns are taken. `null` for all of it. */
  readonly path: string | null;
}

const scheme = 'hf://';
const commitPattern = /^[0-9a-f]{40}$/;

/** Whether a text is meant as a place on the hub and not as a local path. */
export function isHubReference(text: string): boolean {
  return text.startsWith(scheme);
}

export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/**
 * Reads `hf://organisation/name[@revision][/path]` (models) and `hf://datasets/organisation/name[@revision][/path]`.
 * A revision with a slash writes it as `%2F`, e.g. `@refs%2Fpr%2F1`.
 *
 * @throws HubError when the text is not such a reference.
 */
export function parseHubReference(text: string): HubReference {
  const match =
    /^hf:\/\/(?<datasets>datasets\/)?(?<repository>[\w.-]+\/[\w.-]+)(?:@(?<revision>[^/@\s]+))?(?:\/(?<path>\S.*))?$/.exec(
      text,
    );
  const { datasets, repository, revision = 'main', path } = match?.groups ?? {};
  const decoded = decode(revision);
  if (repository === undefined || !areSafe(repository.split('/')) || !areSafe(decoded.split('/'))) throw notOne(text);
  if (path !== undefined && !isSafePath(path)) throw notOne(text);
  return { kind: datasets ? 'dataset' : 'model', repository, revision: decoded, path: path ?? null };
}

/** The reference as a person writes it. */
export function describeReference({ kind, repository, revision, path }: HubReference): string {
  const place = `${scheme}${kind === 'dataset' ? 'datasets/' : ''}${repository}`;
  const at = revision === 'main' ? '' : `@${encodeURIComponent(revision)}`;
  return `${place}${at}${path === null ? '' : `/${path}`}`;
}

/** Whether a path from outside stays inside the folder it is joined to, on every platform. */
export function isSafePath(path: string): boolean {
  return areSafe(path.split('/')) && !/[\\:\0]/.test(path);
}

function areSafe(parts: readonly string[]): boolean {
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part));
}

function decode(revision: string): string {
  try {
    return decodeURIComponent(revision);
  } catch {
    return '';
  }
}

function notOne(text: string): HubError {
  return new HubError(`"${text.slice(0, 200)}" is not a place on the hub`, {
    code: 'hub-reference',
    remedy: 'Write hf://organisation/name@revision/path, or hf://datasets/organisation/name@revision/path.',
  });
}
