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
  return scoreInterval(successes / trials, trials, normalQuantile(1 - (1 - level) / 2, 0, 1));
}

/**
 * The same of a proportion that need not be a count over `trials`: with an effective number of trials, or a mean of shares.
 *
 * @param trials above 0; need not be whole.
 * @param quantile half-width of the level in standard errors, e.g. 1.96.
 */
export function scoreInterval(estimate: number, trials: number, quantile: number): Interval {
  const z2 = quantile ** 2 / trials;
  const centre = (estimate + z2 / 2) / (1 + z2);
  const margin = Math.sqrt(estimate * (1 - estimate) * z2 + (z2 * z2) / 4) / (1 + z2);
  return {
    estimate,
    // Exact at the ends, where rounding could put the estimate just outside.
    low: estimate === 0 ? 0 : centre - margin,
    high: estimate === 1 ? 1 : centre + margin,
  };
}
