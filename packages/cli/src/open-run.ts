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
  /** What is learned on; as the run says already where nothing is learned, as in an evaluation. */
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
  const before = RunFolder.readEnvironment(path);
  const learning = options.learning ?? before?.learning;
  const environment = describeEnvironment({ versions: versions(), configDirectory: loaded.directory, learning });
  const run = RunFolder.open(path, { config, environment, resume: options.resume });
  if (run.resumed && before !== null) keepChanges(run, before, environment);
  return run;
}

/** What a run began on would be overwritten; that its numbers are of two versions would go unseen. */
function keepChanges(run: RunFolder, before: Environment, now: Environment): void {
  const { time: _, ...same } = asJson(before);
  const { time: __, ...current } = asJson(now);
  if (isDeepStrictEqual(same, current)) return;
  run.journal('environment', { before });
  const versionsOf = ({ node, versions }: Environment): Record<string, string> => ({ node, ...versions });
  const [theirs, ours] = [versionsOf(before), versionsOf(now)];
  const changes = Object.keys({ ...theirs, ...ours }).flatMap((name) => {
    const [from = 'none', to = 'none'] = [theirs[name], ours[name]];
    return from === to ? [] : [`${name} ${from}, now ${to}`];
  });
  if (changes.length === 0) return;
  process.stderr.write(
    `warning: the run goes on with other versions, so its numbers may be none of either: ${changes.join('; ')}\n`,
  );
}

/** As it is when it is read back. */
function asJson(environment: Environment): Environment {
  return JSON.parse(JSON.stringify(environment)) as Environment;
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
