import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isCommit, type HubReference } from './reference.js';

/**
 * One repository in the cache, in the layout of Python's `huggingface_hub`: `blobs/ETAG` holds contents,
 * `snapshots/COMMIT/PATH` links to them, `refs/REVISION` says which commit a branch or tag was last seen at.
 */
export class CachedRepository {
  readonly #folder: string;
  readonly #locks: string;

  constructor(cache: string, { kind, repository }: Pick<HubReference, 'kind' | 'repository'>) {
    const name = [`${kind}s`, ...repository.split('/')].join('--');
    this.#folder = join(cache, name);
    this.#locks = join(cache, '.locks', name);
  }

  blob(etag: string): string {
    return join(this.#folder, 'blobs', etag);
  }

  partial(etag: string): string {
    return `${this.blob(etag)}.incomplete`;
  }

  /** Not the name that Python uses: its locks are held by the kernel and their files stay behind. */
  lock(etag: string): string {
    return join(this.#locks, `${etag}.rsim-lock`);
  }

  snapshot(commit: string): string {
    return join(this.#folder, 'snapshots', commit);
  }

  /** The commit a revision stood for when the hub was last asked, or `null` when it never was. */
  async commitOf(revision: string): Promise<string | null> {
    if (isCommit(revision)) return revision;
    const text = await readFile(join(this.#folder, 'refs', revision), 'utf8').catch(() => '');
    return isCommit(text.trim()) ? text.trim() : null;
  }

  async rememberCommit(revision: string, commit: string): Promise<void> {
    if (revision === commit || (await this.commitOf(revision)) === commit) return;
    await replace(join(this.#folder, 'refs', revision), (temporary) => writeFile(temporary, commit));
  }

  /** The local path of a file, or `null` when the cache lacks it. */
  async find(commit: string, path: string): Promise<string | null> {
    const local = join(this.snapshot(commit), path);
    return (await isFile(local)) ? local : null;
  }

  /** The files of a snapshot that are in the cache, `/` between the parts of each path, sorted. */
  async files(commit: string): Promise<string[]> {
    const root = this.snapshot(commit);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const paths = entries.map((entry) => join(entry.parentPath, entry.name));
    const kept = await Promise.all(paths.map(async (path) => ((await isFile(path)) ? [path] : [])));
    return kept
      .flat()
      .map((path) => relative(root, path).split(sep).join('/'))
      .sort();
  }

  /** Makes the blob appear as a file of the snapshot. @returns its path there. */
  async link(commit: string, path: string, etag: string): Promise<string> {
    const local = join(this.snapshot(commit), path);
    const blob = this.blob(etag);
    await replace(local, async (temporary) => {
      // Windows lets only some users make links.
      await symlink(relative(dirname(local), blob), temporary).catch(() => copyFile(blob, temporary));
    });
    return local;
  }
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Writes beside the target and renames, so that no reader ever sees half of it. */
async function replace(target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${randomUUID()}`);
  try {
    await write(temporary);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
