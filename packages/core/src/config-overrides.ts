import { parseConfig, type RsimConfig } from './config.js';
import { ConfigError } from './errors.js';

/**
 * The configuration with `path=value` settings applied in order, as `--set` takes them: `training.iterations=50`,
 * `tasks.0.suite=list-programs`. A value is read as JSON where it is JSON, as text otherwise.
 *
 * @throws ConfigError naming the setting that cannot be read, leads nowhere, or has a value that does not fit.
 */
export function applyOverrides(config: RsimConfig, settings: readonly string[]): RsimConfig {
  return settings.reduce((current, setting) => {
    const copy = structuredClone(current);
    const { path, value } = readSetting(setting);
    assign(copy, path, value, setting);
    return parseConfig(copy, `--set ${setting}`);
  }, config);
}

function readSetting(setting: string): { path: string[]; value: unknown } {
  const at = setting.indexOf('=');
  const path = setting.slice(0, Math.max(at, 0)).trim().split('.');
  if (at < 0 || path.some((key) => key === '')) throw misread(setting, 'is not of the form path=value');
  if (path.includes('__proto__')) throw misread(setting, 'names no field of a configuration');
  return { path, value: jsonOrText(setting.slice(at + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Walks to the last key, making objects where there is nothing yet; the schema then judges what came of it. */
function assign(root: object, path: readonly string[], value: unknown, setting: string): void {
  let node = root as Record<string, unknown>;
  for (const [depth, key] of path.entries()) {
    if (Array.isArray(node)) checkIndex(node, key, path.slice(0, depth), setting);
    if (depth === path.length - 1) node[key] = value;
    else {
      if (!Object.hasOwn(node, key) || node[key] === undefined) node[key] = {};
      const next = node[key];
      if (typeof next !== 'object' || next === null) {
        throw misread(setting, `goes through "${path.slice(0, depth + 1).join('.')}", which is a single value`);
      }
      node = next as Record<string, unknown>;
    }
  }
}

function checkIndex(list: readonly unknown[], key: string, place: readonly string[], setting: string): void {
  if (!/^\d+$/.test(key) || Number(key) > list.length) {
    throw misread(setting, `: "${place.join('.')}" is a list of ${list.length} and has no place "${key}"`);
  }
}

function misread(setting: string, what: string): ConfigError {
  return new ConfigError(`--set ${setting} ${what}`.replace(' :', ':'), {
    remedy:
      'Write it as path=value, with dots between fields and numbers for places in a list: --set training.iterations=50.',
  });
}
