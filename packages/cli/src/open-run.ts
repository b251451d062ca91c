import { createRequire } from 'node:module';
import type { RsimConfig } from '@rsim/core';
import { describeEnvironment, RunFolder } from '@rsim/tracking';

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
export function openRun(path: string, { output: _, ...config }: RsimConfig, options: OpenRunOptions): RunFolder {
  const goesOn = options.resume === true && RunFolder.isUnfinished(path, config);
  if (options.overwrite && !goesOn && RunFolder.isRun(path)) RunFolder.remove(path);
  const environment = describeEnvironment(versions());
  return RunFolder.open(path, { config, environment, resume: options.resume });
}

function versions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version;
  return { rsim: version('@rsim/cli'), ...Object.fromEntries(decisive.map((name) => [name, version(name)])) };
}
