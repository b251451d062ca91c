import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** One measured value and the cluster (problem) it belongs to; values of one cluster need not be independent. */
export interface Observation {
  readonly cluster: string;
  readonly value: number;
}

/** A mean and how well it is known. */
export interface ClusteredMean {
  readonly estimate: number;
  readonly standardError: number;
  readonly clusters: number;
  /** Of Student's t for it: clusters − strata. */
  readonly degrees: number;
}

/** Sum of residuals of each cluster divided by the number of observations: what the cluster adds to the mean's error. */
export function clusterInfluences(observations: readonly Observation[]): Map<string, number> {
  const mean = meanOf(observations.map(({ value }) => value));
  const influences = new Map<string, number>();
  for (const { cluster, value } of observations) {
    influences.set(cluster, (influences.get(cluster) ?? 0) + (value - mean) / observations.length);
  }
  return influences;
}

/**
 * Variance of a sum of independent cluster influences, with the small-sample factor G / (G − 1) for G clusters (CR1 for
 * a mean: Liang and Zeger 1986; Cameron and Miller 2015, section II.B). Infinite for fewer than two clusters, where
 * nothing is known of the spread.
 */
export function clusterVariance(influences: Iterable<number>): number {
  const values = [...influences];
  if (values.length < 2) return Infinity;
  const sum = values.reduce((total, influence) => total + influence * influence, 0);
  return (values.length / (values.length - 1)) * sum;
}

/**
 * Mean of the strata's means, each stratum (suite) weighing the same, with its cluster-robust standard error (see
 * {@link clusterVariance}). With one stratum it is the clustered mean; with one observation per cluster as well, the textbook one.
 *
 * @throws RangeError when there is no stratum or one without observations.
 */
export function stratifiedMean(strata: readonly (readonly Observation[])[]): ClusteredMean {
  if (strata.length === 0 || strata.some((stratum) => stratum.length === 0)) {
    throw new RangeError('stratifiedMean: every stratum needs an observation');
  }
  const influences = strata.map(clusterInfluences);
  const variance = influences.reduce((sum, each) => sum + clusterVariance(each.values()), 0) / strata.length ** 2;
  const clusters = influences.reduce((sum, each) => sum + each.size, 0);
  return {
    estimate: meanOf(strata.map((stratum) => meanOf(stratum.map(({ value }) => value)))),
    standardError: Math.sqrt(variance),
    clusters,
    degrees: clusters - strata.length,
  };
}

/** Half-width of a two-sided interval of `level`, in standard errors. */
export function quantile(level: number, degreesOfFreedom: number): number {
  return tQuantile(1 - (1 - level) / 2, degreesOfFreedom);
}

/** Arithmetic mean; NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
