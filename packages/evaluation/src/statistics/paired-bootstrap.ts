import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { Random } from '@rsim/core';
import { meanOf } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';

export const defaultResamples = 5000;

export interface BootstrapOptions {
  /** Number of resamples; 5000 by default. */
  readonly resamples?: number;
  /** Seed of the resampling; 0 by default. */
  readonly seed?: number;
  readonly level?: number;
}

/** Two sums of the same numbers in another order may differ by this much. */
const rounding = 1e-12;

/**
 * Interval of the mean paired difference between two policies: problems are drawn with replacement, each with all that
 * was measured on it, so both policies always see the same problems. Several strata (suites) are resampled each within
 * itself and weigh the same.
 *
 * The interval is BCa (bias-corrected and accelerated; Efron 1987; DiCiccio and Efron 1996). The acceleration is the
 * stratified jackknife's (Davison and Hinkley 1997, section 5.3.2). When all differences of every stratum are equal
 * there is nothing to resample and the interval is that point.
 *
 * @param strata per suite, the difference policy − baseline of each problem (mean over seeds).
 * @throws RangeError when there is no stratum or one without differences.
 */
export function pairedBootstrap(strata: readonly (readonly number[])[], options: BootstrapOptions = {}): Interval {
  if (strata.length === 0 || strata.some((stratum) => stratum.length === 0)) {
    throw new RangeError('pairedBootstrap: every stratum needs a difference');
  }
  const { resamples = defaultResamples, seed = 0, level = defaultLevel } = options;
  // Sorting makes the interval a function of the differences and not of the order problems came in.
  const sorted = strata.map((stratum) => [...stratum].sort((left, right) => left - right));
  const estimate = meanOf(sorted.map(meanOf));
  if (sorted.every((stratum) => stratum[0] === stratum.at(-1))) return { estimate, low: estimate, high: estimate };
  const means = resampledMeans(sorted, resamples, Random.of(seed, 'paired-bootstrap'));
  const below = means.filter((mean) => mean < estimate - rounding).length;
  const equal = means.filter((mean) => Math.abs(mean - estimate) <= rounding).length;
  const bias = normalQuantile((below + equal / 2) / resamples, 0, 1);
  const acceleration = jackknifeAcceleration(sorted);
  const end = (probability: number) => percentile(means, adjusted(probability, bias, acceleration));
  return {
    estimate,
    low: Math.min(estimate, end((1 - level) / 2)),
    high: Math.max(estimate, end(1 - (1 - level) / 2)),
  };
}

/** Means of stratified resamples, ascending. */
function resampledMeans(strata: readonly (readonly number[])[], resamples: number, random: Random): number[] {
  const once = () => meanOf(strata.map((stratum) => resampledMean(stratum, random)));
  return Array.from({ length: resamples }, once).sort((left, right) => left - right);
}

function resampledMean(values: readonly number[], random: Random): number {
  let sum = 0;
  for (let drawn = 0; drawn < values.length; drawn += 1) sum += values[random.integer(0, values.length - 1)] as number;
  return sum / values.length;
}

/** a = Σ l³ / (6 (Σ l²)^1.5), where l is what one problem moves the stratified mean by. */
function jackknifeAcceleration(strata: readonly (readonly number[])[]): number {
  let squares = 0;
  let cubes = 0;
  for (const stratum of strata) {
    const mean = meanOf(stratum);
    for (const value of stratum) {
      const influence = (value - mean) / stratum.length;
      squares += influence ** 2;
      cubes += influence ** 3;
    }
  }
  return cubes / (6 * squares ** 1.5);
}

/** The percentile that BCa reads instead of `probability`. */
function adjusted(probability: number, bias: number, acceleration: number): number {
  const z = bias + normalQuantile(probability, 0, 1);
  return normalCdf(bias + z / (1 - acceleration * z), 0, 1);
}

/** Linear interpolation between order statistics (type 7, the default of R and NumPy). */
function percentile(ascending: readonly number[], probability: number): number {
  const position = Math.min(1, Math.max(0, probability)) * (ascending.length - 1);
  const low = ascending[Math.floor(position)] as number;
  const high = ascending[Math.ceil(position)] as number;
  return low + (high - low) * (position - Math.floor(position));
}
