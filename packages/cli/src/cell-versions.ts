import { isDeepStrictEqual } from 'node:util';
import { TOKENS, type RsimConfig, type TaskSuite } from '@rsim/core';
import { RunFolder } from '@rsim/tracking';
import type { Composition } from './composition.js';
import { versions } from './open-run.js';

/**
 * By suite, what decides the outcomes of a cell besides its own settings: the versions of rsim and of what computes, and the options that
 * the suite was made with, which may say how answers are judged. A git commit is no part of it: most commits change no outcome, and work that
 * is not committed would go unnoticed all the same.
 *
 * @param suites as composed from the configuration's tasks, in their order.
 * @param known versions that the folder of the cells stands for already; they need not be told apart within it.
 */
export function cellVersions(
  { tasks }: Pick<RsimConfig, 'tasks'>,
  suites: readonly TaskSuite[],
  known?: Readonly<Record<string, string>>,
): (suite: string) => string | undefined {
  const current = versions();
  const base = isDeepStrictEqual(current, known) ? undefined : JSON.stringify(current);
  return (suite) => {
    const options = tasks[suites.findIndex(({ name }) => name === suite)]?.options ?? {};
    return Object.keys(options).length === 0 ? base : JSON.stringify([base, options]);
  };
}

/** The same for what lies in a run's folder, which stands for the versions that the run began with. */
export function versionsWithin({ container }: Composition, { path }: RunFolder): ReturnType<typeof cellVersions> {
  const began = RunFolder.readFirstEnvironment(path)?.versions;
  return cellVersions(container.resolve(TOKENS.config), container.resolve(TOKENS.suites), began);
}
