import { ConfigError, parseConfig, type RsimConfigInput } from '@rsim/core';
import type { LoadedConfig } from './load-config.js';

/** How `rsim train` asks for tasks, and in which order they are learned. */
export interface TaskOptions {
  /** Names of suites, with commas between. */
  readonly tasks?: string;
  readonly sequential?: boolean;
  readonly curriculum?: boolean;
  readonly joint?: boolean;
  /** Names of methods, with plus signs between. */
  readonly method?: string;
}

const orders = ['sequential', 'curriculum', 'joint'] as const;

/**
 * The configuration with the tasks, their order and the methods that the command line names; what it already says of those
 * (options, curricula) stays.
 *
 * @throws ConfigError when a name is empty, or there is a method without an order.
 */
export function withTasks({ config, directory }: LoadedConfig, options: TaskOptions): LoadedConfig {
  const order = orders.find((name) => options[name] === true);
  const changed: RsimConfigInput = { ...config };
  if (options.tasks !== undefined) {
    changed.tasks = names(options.tasks, ',', '--tasks').map(
      (suite) => config.tasks.find((task) => task.suite === suite) ?? { suite },
    );
  }
  if (order !== undefined) changed.continual = { ...config.continual, order };
  if (options.method !== undefined) {
    if (changed.continual === undefined) {
      throw new ConfigError(
        '--method says what is done against forgetting, and the tasks are not learned in sequence',
        {
          remedy: 'Add --sequential, or leave --method out.',
        },
      );
    }
    const known = config.continual?.methods ?? [];
    changed.continual = {
      ...changed.continual,
      methods: names(options.method, '+', '--method').map(
        (name) => known.find((method) => method.name === name) ?? { name },
      ),
    };
  }
  return { config: parseConfig(changed, 'the command line'), directory };
}

function names(text: string, separator: string, option: string): string[] {
  const parts = text.split(separator).map((part) => part.trim());
  if (parts.every((part) => part !== '')) return parts;
  throw new ConfigError(`${option} ${text} names nothing between two of its "${separator}"`, {
    remedy: `Write it as ${option} one${separator}two.`,
  });
}
