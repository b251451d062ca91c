/** A configuration as flat text: `training.iterations` → `30`, `tasks.0.suite` → `word-problems`; empty lists as `[]`. */
export function flatten(value: unknown, path = ''): [name: string, value: string][] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0)
    return path === '' ? [] : [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return entries.flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`));
}
