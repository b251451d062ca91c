import type { SettingDifference } from './report-data.js';

/** The fields in which configurations differ. */
export function settingDifferences(configs: readonly unknown[]): SettingDifference[] {
  const flat = configs.map((config) => leaves(config));
  const paths = [...new Set(flat.flatMap((each) => [...each.keys()]))];
  return paths
    .map((path) => ({ path, values: flat.map((each) => each.get(path) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function leaves(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) leaves(inner, path === '' ? name : `${path}.${name}`, into);
  } else if (path !== '') into.set(path, JSON.stringify(value));
  return into;
}
