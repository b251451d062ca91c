import { ConfigError, defaultStrategies, messageOf, take, type Problem, type Split, type TaskSuite } from '@rsim/core';
import { loadRegistry } from './composition.js';
import { loadConfig } from './load-config.js';
import type { ConfigOptions } from './request.js';

export interface SuiteOptions extends ConfigOptions {
  /** The suite's options as JSON, e.g. `{"path": "gsm8k"}`; those of the configuration's task of that name by default. */
  readonly options?: string;
  readonly split?: Split;
  readonly level?: number;
  readonly seed: number;
  /** How many problems of each split. */
  readonly n?: number;
}

/** A suite by name, with the options given or those that the configuration has for it. */
export async function openSuite(name: string, { config: file, set, options }: SuiteOptions): Promise<TaskSuite> {
  const loaded = await loadConfig(file, set);
  const registry = await loadRegistry(loaded);
  const configured = loaded.config.tasks.find(({ suite }) => suite === name)?.options ?? {};
  const context = { seed: loaded.config.seed, strategySet: defaultStrategies, configDirectory: loaded.directory };
  const given = options === undefined ? configured : parseOptions(options);
  return registry.create('suites', { name, options: given }, context, 'suite');
}

function parseOptions(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`--options is not JSON: ${messageOf(cause)}`, {
      remedy: `Write it as JSON: --options '{"path": "folder"}'.`,
      cause,
    });
  }
}

/** More problems than this are not made of an endless suite. */
const mostOfEndless = 1000;

/** The splits asked for, and of each the problems asked for: all there are, of an endless suite a thousand. */
export function problemsBySplit(suite: TaskSuite, { split, level, seed, n }: SuiteOptions): Map<Split, Problem[]> {
  const levels = level === undefined ? undefined : [level];
  if (level !== undefined && !suite.levels.includes(level)) {
    throw new ConfigError(`suite "${suite.name}" has no level ${level}`, {
      remedy: `Its levels are ${suite.levels.join(', ')}.`,
    });
  }
  const splits: readonly Split[] = split === undefined ? ['train', 'validation', 'test'] : [split];
  return new Map(
    splits.map((each) => {
      const count = n ?? suite.count?.({ split: each, levels }) ?? mostOfEndless;
      return [each, take(suite.problems({ split: each, seed, levels }), count)];
    }),
  );
}
