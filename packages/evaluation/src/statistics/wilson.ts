import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { defaultLevel, type Interval } from './interval.js';

/**
 * Wilson's score interval of a proportion (Wilson 1927), which stays inside [0, 1] and says something of 0 of n too.
 *
 * @throws RangeError unless `successes` and `trials` are integers with 0 ≤ successes ≤ trials and trials > 0.
 */
export function wilson(successes: number, trials: number, level = defaultLevel): Interval {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || trials < 1 || successes > trials) {
    throw new RangeError(`wilson(${successes}, ${trials}): successes must be within 0 and trials, trials at least 1`);
  }
  const estimate = successes / trials;
  const z = normalQuantile(1 - (1 - level) / 2, 0, 1);
  const z2 = (z * z) / trials;
  const centre = (estimate + z2 / 2) / (1 + z2);
  const margin = (Math.sqrt((estimate * (1 - estimate) * z * z) / trials + (z2 * z2) / 4) || 0) / (1 + z2);
  return {
    estimate,
    // Exact at the ends, where rounding could put the estimate just outside.
    low: successes === 0 ? 0 : centre - margin,
    high: successes === trials ? 1 : centre + margin,
  };
}
