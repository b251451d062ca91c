import { ConfigError } from '@rsim/core';
import type { EvaluateOptions } from './evaluate.js';
import { allSuites } from './results/schema.js';
import { defaultResamples } from './statistics/paired-bootstrap.js';

/** The lists whose combinations are evaluated, by what they hold. */
export interface Axes {
  readonly seeds: readonly number[];
  readonly [what: string]: readonly number[] | readonly { readonly name: string }[];
}

/** @throws ConfigError when a list is empty or holds a name twice: results are filed by name. */
export function checkAxes(axes: Axes): void {
  for (const [what, list] of Object.entries(axes)) {
    if (list.length === 0) {
      throw new ConfigError(`the evaluation has no ${what}`, { remedy: `Name at least one of the ${what}.` });
    }
    const names = list.map((item) => (typeof item === 'number' ? String(item) : item.name));
    if (what === 'suites') names.push(allSuites);
    const clash = names.find((name, index) => names.indexOf(name) !== index);
    if (clash !== undefined) {
      throw new ConfigError(`the evaluation has two ${what} called "${clash}"`, { remedy: 'Name each of them once.' });
    }
  }
}

/** Numbers of the tries of every problem. @throws ConfigError when there is none. */
export function samplesOf({ samples = 1 }: { readonly samples?: number }): number[] {
  if (!Number.isInteger(samples) || samples < 1) {
    throw new ConfigError(`${samples} samples of each problem are no evaluation`, { remedy: 'Ask for 1 or more.' });
  }
  return Array.from({ length: samples }, (_, sample) => sample);
}

type Settings = Pick<
  EvaluateOptions,
  | 'split'
  | 'problemsPerSuite'
  | 'problemSeed'
  | 'seeds'
  | 'samples'
  | 'temperature'
  | 'suites'
  | 'budget'
  | 'strategySet'
  | 'resamples'
>;

/** What the numbers depend on besides followers and policies. */
export function settingsOf(options: Settings): Record<string, unknown> {
  const { split, problemsPerSuite, problemSeed = 0, seeds, temperature, suites, budget, strategySet } = options;
  const { samples = 1 } = options;
  const budgets = Object.fromEntries(suites.map((suite) => [suite.name, budget ?? suite.budget]));
  const { resamples = defaultResamples } = options;
  return {
    ...{
      split,
      problemsPerSuite,
      problemSeed,
      seeds,
      samples,
      temperature,
      budgets,
      strategySet: strategySet.name,
      resamples,
    },
  };
}
