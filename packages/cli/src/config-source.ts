import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, messageOf } from '@rsim/core';
import { parse } from 'yaml';

/** A configuration as it was written, not validated yet, and where it came from. */
export interface ConfigSource {
  readonly value: unknown;
  /** Path of the file, or `null` when there is none. */
  readonly file: string | null;
  /** Folder that relative paths in it start from. */
  readonly folder: string;
}

/** Looked for in the current folder, in this order, when no file is named. */
const defaultNames = ['rsim.config.ts', 'rsim.config.js', 'rsim.config.yaml', 'rsim.config.yml', 'rsim.config.json'];

/**
 * Reads the configuration file named, or the one in the current folder, and applies the overrides.
 *
 * @param overrides `path.to.value=value`, the value in YAML (so numbers, lists and objects work).
 * @throws ConfigError when the file is missing or unreadable, or an override is malformed.
 */
export async function readConfig(file: string | undefined, overrides: readonly string[]): Promise<ConfigSource> {
  const path = file === undefined ? defaultNames.map((name) => resolve(name)).find(existsSync) : resolve(file);
  if (path !== undefined && !existsSync(path)) {
    throw new ConfigError(`there is no configuration file ${path}`, { remedy: 'Check the path given with --config.' });
  }
  const value = path === undefined ? {} : await readFile(path);
  return {
    value: overrides.reduce(override, value),
    file: path ?? null,
    folder: path === undefined ? process.cwd() : dirname(path),
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

/** A copy of `config` with one value replaced; what is not there yet is made. */
function override(config: unknown, assignment: string): unknown {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, equals).trim().split('.');
  if (equals <= 0 || path.some((key) => key === '' || key === '__proto__')) {
    throw new ConfigError(`--set ${assignment} names no value`, {
      remedy: 'Write --set path.to.value=value, e.g. --set seed=2.',
    });
  }
  return replaced(config, path, parseValue(assignment.slice(equals + 1)));
}

function replaced(config: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(config)) {
    const index = /^\d+$/.test(key) ? Number(key) : Infinity;
    if (index > config.length) {
      throw new ConfigError(`--set: a list of ${config.length} has no place "${key}"`, {
        remedy: `Give a position from 0 to ${config.length}, or replace the list: --set path.to.list=[a, b].`,
      });
    }
    return [...config.slice(0, index), replaced(config[index], rest, value), ...config.slice(index + 1)];
  }
  const before = typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : {};
  return { ...before, [key]: replaced(before[key], rest, value) };
}

function parseValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
