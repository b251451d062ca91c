import type { Split, TaskSuite } from '@rsim/core';

/** One sentence for each suite that has fewer problems of a split than an evaluation asks for. */
export function shortSuites(suites: readonly TaskSuite[], split: Split, asked: number): string[] {
  return suites.flatMap((suite) => {
    const there = suite.count?.({ split }) ?? Infinity;
    return there < asked
      ? [`suite "${suite.name}" has ${there} problems of split ${split}, ${asked} were asked for`]
      : [];
  });
}
