import { join } from 'node:path';
import { parseConfig } from '@rsim/core';
import { RunFolder } from '@rsim/tracking';
import type { LoadedConfig } from './load-config.js';
import { upgradedConfig } from './upgraded-config.js';

/**
 * The configuration that a run was started with, and where its relative paths start.
 *
 * @throws RunFolderError when there is no run at `path`.
 */
export function keptConfig(path: string): LoadedConfig {
  const config = parseConfig(upgradedConfig(RunFolder.readConfig(path)), join(path, 'config.json'));
  return { config, directory: RunFolder.readEnvironment(path)?.configDirectory ?? process.cwd() };
}
