import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, type ProviderContext, type Split } from '@rsim/core';
import { downloadFile, downloadSnapshot, isHubReference, matches, parseHubReference } from '@rsim/hub';
import { isDataFile, readRows } from './read-rows.js';
import type { Row } from './row.js';

/** Where the rows of each split are: local paths or places on the hub. `all`: the splits are made by content. */
export type SplitPaths = Readonly<Partial<Record<Split | 'all', string>>>;

export type SplitRows = Readonly<Partial<Record<Split | 'all', readonly Row[]>>>;

/** How files that belong to a split are called upstream. */
const splitNames: Readonly<Record<Split, RegExp>> = {
  train: /(^|[_-])train([_.-]|$)/i,
  validation: /(^|[_-])(validation|valid|val|dev)([_.-]|$)/i,
  test: /(^|[_-])test([_.-]|$)/i,
};

/**
 * Finds and reads the rows of every split.
 *
 * @param given a file, a folder, a place on the hub, or one of these for each split. A folder with files or folders for
 * several splits is taken apart by their names.
 * @throws ProblemError, HubError or ConfigError naming what cannot be had.
 */
export async function readSplits(given: string | SplitPaths, context: ProviderContext): Promise<SplitRows> {
  const paths = typeof given === 'string' ? await splitPathsOf(given, context) : given;
  const named = Object.entries(paths).filter(([, path]) => path !== undefined);
  if (named.length === 0 || (paths.all !== undefined && named.length > 1)) {
    throw new ConfigError('a data set needs "all", or at least one of "train", "validation" and "test", as its path', {
      remedy: 'Name one file for all splits, or one for each.',
    });
  }
  const rows: Partial<Record<Split | 'all', readonly Row[]>> = {};
  for (const [split, path] of named) rows[split as Split | 'all'] = await rowsAt(path, context);
  return rows;
}

/** A folder's own splits, when its names tell at least two apart. */
async function splitPathsOf(given: string, { configDirectory }: ProviderContext): Promise<SplitPaths> {
  if (isHubReference(given)) return { all: given };
  const path = resolve(configDirectory, given);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const names = isFolder ? await readdir(path, { withFileTypes: true }) : [];
  const candidates = names
    .filter((entry) => entry.isDirectory() || isDataFile(entry.name))
    .map(({ name }) => name)
    .sort();
  const found = Object.entries(splitNames).flatMap(([split, pattern]) => {
    const own = candidates.filter((name) => pattern.test(name));
    return own.length === 1 ? [[split, join(path, own[0]!)] as const] : [];
  });
  return found.length >= 2 ? Object.fromEntries(found) : { all: path };
}

async function rowsAt(path: string, context: ProviderContext): Promise<Row[]> {
  const files = isHubReference(path) ? await downloaded(path, context) : [resolve(context.configDirectory, path)];
  const rows: Row[] = [];
  for (const file of files) {
    for (const row of await readRows(file)) rows.push(row);
  }
  return rows;
}

/** The local files of a place on the hub; its path may hold `*`. */
async function downloaded(reference: string, { onDownload }: ProviderContext): Promise<string[]> {
  const { path } = parseHubReference(reference);
  const options = { onProgress: onDownload };
  if (path !== null && !path.includes('*')) return [await downloadFile(reference, options)];
  const folder = await downloadSnapshot(reference, [], options);
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((file) => (path === null || matches(path, file)) && isDataFile(file))
    .sort()
    .map((file) => join(folder, file));
}
