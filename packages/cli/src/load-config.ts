import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyOverrides, ConfigError, messageOf, parseConfig, type RsimConfig } from '@rsim/core';
import { parse } from 'yaml';

/** A valid configuration and where it came from. */
export interface LoadedConfig {
  readonly config: RsimConfig;
  /** Absolute folder that relative paths in it start from. */
  readonly directory: string;
}

/** Looked for in the current folder, in this order, when no file is named. */
const defaultNames = ['rsim.config.ts', 'rsim.config.js', 'rsim.config.yaml', 'rsim.config.yml', 'rsim.config.json'];

/**
 * Reads the configuration file named, or the one in the current folder, or takes the defaults where there is none.
 *
 * @param overrides settings as `--set` takes them.
 * @throws ConfigError when the file is missing or unreadable, or a value is not what it must be.
 */
export async function loadConfig(file: string | undefined, overrides: readonly string[]): Promise<LoadedConfig> {
  const path = file === undefined ? defaultNames.map((name) => resolve(name)).find(existsSync) : resolve(file);
  if (path !== undefined && !existsSync(path)) {
    throw new ConfigError(`there is no configuration file ${path}`, { remedy: 'Check the path given with --config.' });
  }
  const written = path === undefined ? {} : await readFile(path);
  const config = parseConfig(written, path ?? 'the default configuration');
  return {
    config: applyOverrides(config, overrides),
    directory: path === undefined ? process.cwd() : dirname(path),
  };
}

async function readFile(path: string): Promise<unknown> {
  try {
    if (['.yaml', '.yml', '.json'].includes(extname(path))) return parse(readFileSync(path, 'utf8')) ?? {};
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    if (module.default === undefined) throw new Error('it has no default export');
    return module.default;
  } catch (error) {
    throw new ConfigError(`cannot read the configuration ${path}: ${messageOf(error)}`, {
      remedy: 'Export the configuration as default from a .ts or .js file, or write it as .yaml or .json.',
      cause: error,
    });
  }
}
