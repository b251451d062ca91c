import { createRequire } from 'node:module';
import { describeEnvironment, RunFolder } from '@rsim/tracking';

import type { LoadedConfig } from './load-config.js';

export interface OpenRunOptions {
  /** Goes on with an unfinished run of the same configuration. */
  readonly resume?: boolean;
  /** Replaces whatever run is there. With `resume`: only one that cannot be gone on with. */
  readonly overwrite?: boolean;
}

/** Packages whose versions decide the numbers. */
const decisive = ['@tensorflow/tfjs-core', 'onnxruntime-node', 'zod'] as const;

/**
 * The run folder for a configuration. Where it lies is no part of what the run is, so the kept configuration does not say.
 *
 * @throws RunFolderError when it cannot be written, or holds a run and neither option allows to touch it.
 */
export function openRun(path: string, loaded: LoadedConfig, options: OpenRunOptions): RunFolder {
  const { output: _, ...config } = loaded.config;
  const goesOn = options.resume === true && RunFolder.isUnfinished(path, config);
  if (options.overwrite && !goesOn && RunFolder.isRun(path)) RunFolder.remove(path);
  const environment = describeEnvironment({ versions: versions(), configDirectory: loaded.directory });
  return RunFolder.open(path, { config, environment, resume: options.resume });
}

function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  return { rsim: version('@rsim/cli'), ...Object.fromEntries(decisive.map((name) => [name, version(name)])) };
}
