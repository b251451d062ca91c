import { meanOf, quantile, varianceOf } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';

/**
 * Mean of independent values, e.g. one for each seed, with Student's t interval (n − 1 degrees of freedom).
 *
 * @param values two at the least; of fewer the interval's ends are NaN.
 */
export function sampleMean(values: readonly number[], level = defaultLevel): Interval {
  const estimate = meanOf(values);
  const standardError = Math.sqrt(varianceOf(values) / values.length);
  const margin = quantile(level, values.length - 1) * standardError;
  return { estimate, low: estimate - margin, high: estimate + margin };
}
