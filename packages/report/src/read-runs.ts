import { isDeepStrictEqual } from 'node:util';
import { existsSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { RunFolderError } from '@rsim/core';
import { RunReader, type ReadRun } from './run-reader.js';

export interface ReadRunsOptions {
  /** Whether runs of one configuration stay apart instead of being seeds of one curve. */
  readonly apart?: boolean;
  /** Most episodes of each run. */
  readonly episodes?: number;
}

/**
 * Reads run folders as they are now, whatever state they are in.
 *
 * @throws RunFolderError where there is no folder or it holds nothing of a run.
 */
export function readRuns(paths: readonly string[], { apart = false, episodes }: ReadRunsOptions = {}): ReadRun[] {
  const names = distinctNames(paths);
  const runs = paths.map((path) => {
    refuseStranger(path);
    const reader = new RunReader(path, episodes);
    reader.read();
    return reader.run;
  });
  const groups = apart ? runs.map((_, index) => index) : groupsOf(runs.map(({ data }) => data.config));
  return runs.map(({ data, bodies }, index) => ({
    data: { ...data, name: names[index] ?? data.name, group: groups[index] ?? index },
    bodies,
  }));
}

/** For each configuration the place of the first one that differs from it in the seed alone. */
export function groupsOf(configs: readonly unknown[]): number[] {
  const withoutSeed = configs.map((config) => (isObject(config) ? { ...config, seed: 0 } : null));
  return withoutSeed.map((config, index) =>
    config === null ? index : withoutSeed.findIndex((other) => isDeepStrictEqual(other, config)),
  );
}

/** The last parts of the paths, as few as tell them apart. */
export function distinctNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => resolve(path).split(sep).filter(Boolean));
  const named = (count: number) => parts.map((each) => each.slice(-count).join('/'));
  const longest = Math.max(...parts.map(({ length }) => length));
  for (let count = 1; count < longest; count += 1) {
    const names = named(count);
    if (new Set(names).size === new Set(paths.map((path) => resolve(path))).size) return names;
  }
  return named(longest);
}

function refuseStranger(path: string): void {
  const remedy = 'Name the folder of a run, e.g. runs/quickstart.';
  const code = 'run-missing';
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RunFolderError(`there is no folder ${resolve(path)}`, { remedy, code });
  }
  const files = ['config.json', 'journal.jsonl', 'episodes.jsonl', 'results.json', 'transfer.json'];
  if (files.some((name) => existsSync(join(path, name)))) return;
  throw new RunFolderError(`the folder ${resolve(path)} holds nothing of a run: none of ${files.join(', ')}`, {
    remedy,
    code,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
