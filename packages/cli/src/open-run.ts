import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseConfig, type RsimConfig } from '@rsim/core';
import { describeEnvironment, RunFolder, type Environment } from '@rsim/tracking';

import type { LoadedConfig } from './load-config.js';
import { upgradedConfig } from './upgraded-config.js';

export interface OpenRunOptions {
  /** Goes on with an unfinished run of the same configuration. */
  readonly resume?: boolean;
  /** Replaces whatever run is there. With `resume`: only one that cannot be gone on with. */
  readonly overwrite?: boolean;
  readonly learning?: Environment['learning'];
}

/** Packages whose versions decide the numbers. */
const decisive = ['@tensorflow/tfjs-core', 'onnxruntime-node', 'zod'] as const;

/**
 * The run folder for a configuration. Where it lies is no part of what the run is, so the kept configuration does not say.
 *
 * @throws RunFolderError when it cannot be written, or holds a run and neither option allows to touch it.
 */
export function openRun(path: string, loaded: LoadedConfig, options: OpenRunOptions): RunFolder {
  const config = configFor(path, loaded.config);
  const goesOn = options.resume === true && RunFolder.isUnfinished(path, config);
  if (options.overwrite && !goesOn && RunFolder.isRun(path)) RunFolder.remove(path);
  const { learning } = options;
  const environment = describeEnvironment({ versions: versions(), configDirectory: loaded.directory, learning });
  return RunFolder.open(path, { config, environment, resume: options.resume });
}

/**
 * Fields that a newer version added do not make another run of one that was started before: its defaults are filled in.
 * Nor does it matter where the run is tracked.
 */
function configFor(path: string, { output: _, ...config }: RsimConfig): unknown {
  if (!RunFolder.isRun(path)) return config;
  const kept = RunFolder.readConfig(path);
  try {
    const { output: __, ...parsed } = parseConfig(upgradedConfig(kept), join(path, 'config.json'));
    return isDeepStrictEqual({ ...parsed, trackers: config.trackers }, config) ? kept : config;
  } catch {
    return config;
  }
}

/** Versions of the code and of what else decides the numbers. */
export function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  return { rsim: version('@rsim/cli'), ...Object.fromEntries(decisive.map((name) => [name, version(name)])) };
}
