import type { RunData } from '../report-data.js';

/** What a configuration's runs are called together. */
export function groupName(runs: readonly RunData[]): string {
  const first = runs[0]?.name ?? '';
  return runs.length > 1 ? `${first} and ${runs.length - 1} more ${runs.length > 2 ? 'seeds' : 'seed'}` : first;
}

export function seedOf({ config }: RunData): number | null {
  const seed = (config as { readonly seed?: unknown } | null)?.seed;
  return typeof seed === 'number' ? seed : null;
}
