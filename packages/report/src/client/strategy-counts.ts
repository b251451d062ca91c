import type { EpisodeRef } from './store.js';

/** How often each strategy was used, by kind. */
export interface StrategyCounts {
  readonly category: string;
  readonly counts: readonly number[];
  readonly total: number;
}

/** Strategies by step: the first steps of all episodes, the second ones and so on, as long as enough get so far. */
export function countsByStep(episodes: readonly EpisodeRef[], strategies: number): StrategyCounts[] {
  const steps: number[][] = [];
  for (const { entry } of episodes) {
    entry.strategies.forEach((strategy, step) => {
      const counts = (steps[step] ??= Array.from({ length: strategies }, () => 0));
      if (strategy >= 0) counts[strategy] = (counts[strategy] ?? 0) + 1;
    });
  }
  return steps.map((counts, index) => counted(String(index + 1), counts));
}

/** Strategies by suite and level of the problem. */
export function countsByKind(episodes: readonly EpisodeRef[], strategies: number): StrategyCounts[] {
  const kinds = new Map<string, { readonly suite: string; readonly level: number; readonly counts: number[] }>();
  for (const { entry, problem } of episodes) {
    const name = `${problem.suite} · level ${problem.level}`;
    const kind = kinds.get(name) ?? { ...problem, counts: Array.from({ length: strategies }, () => 0) };
    kinds.set(name, kind);
    for (const strategy of entry.strategies) {
      if (strategy >= 0) kind.counts[strategy] = (kind.counts[strategy] ?? 0) + 1;
    }
  }
  return [...kinds]
    .sort(([, a], [, b]) => a.suite.localeCompare(b.suite) || a.level - b.level)
    .map(([name, { counts }]) => counted(name, counts));
}

function counted(category: string, counts: readonly number[]): StrategyCounts {
  return { category, counts, total: counts.reduce((sum, count) => sum + count, 0) };
}

/** The shares of one strategy in all kinds. */
export function sharesOf(kinds: readonly StrategyCounts[], strategy: number): number[] {
  return kinds.map(({ counts, total }) => (total === 0 ? 0 : (counts[strategy] ?? 0) / total));
}
