import type { RunData } from '../report-data.js';

/** What a configuration's runs are called together: what their names have in common, and how many seeds they are. */
export function groupName(runs: readonly Pick<RunData, 'name'>[]): string {
  const [first = '', ...others] = runs.map(({ name }) => name);
  if (others.length === 0) return first;
  const common = others.reduce(commonStart, first).replace(/[-_. /]*\d*$/, '');
  return `${common || `${first}, …`} (${runs.length} seeds)`;
}

export function seedOf({ config }: RunData): number | null {
  const seed = (config as { readonly seed?: unknown } | null)?.seed;
  return typeof seed === 'number' ? seed : null;
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}
