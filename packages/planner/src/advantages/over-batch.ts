import { momentsOf } from './within-groups.js';

const deviationEpsilon = 1e-6;

/**
 * The numbers with mean 0 and standard deviation 1 over the whole batch (of a population, as n); `null` stays, and all is
 * `null` when they are all alike.
 */
export function overBatch(groups: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const known = groups.flat().filter((value) => value !== null);
  const { mean, deviation: sample } = momentsOf(known);
  if (!(sample > 0)) return groups.map((group) => group.map(() => null));
  const deviation = sample * Math.sqrt((known.length - 1) / known.length);
  return groups.map((group) =>
    group.map((value) => (value === null ? null : (value - mean) / (deviation + deviationEpsilon))),
  );
}
