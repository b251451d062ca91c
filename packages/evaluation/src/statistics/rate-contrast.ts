import { accuracyInterval } from './accuracy.js';
import { clusterInfluences, clusterVariance, meanOf, quantile, type Observation } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';
import { independentDifference } from './newcombe.js';

/**
 * Difference of two means, first − second, over observations whose clusters may appear on both sides. The standard
 * error is cluster-robust: a cluster's influence on the difference is its influence on the first mean minus that on
 * the second, so what the two sides share is accounted for. Student's t on (clusters − 1) degrees of freedom. Where each side agrees with
 * itself that error is 0, and nothing certain all the same: there it is Newcombe's interval of the two sides' own.
 *
 * @throws RangeError when one side is empty.
 */
export function rateContrast(
  first: readonly Observation[],
  second: readonly Observation[],
  level = defaultLevel,
): Interval {
  if (first.length === 0 || second.length === 0) throw new RangeError('rateContrast: both sides need an observation');
  const influences = clusterInfluences(first);
  for (const [cluster, influence] of clusterInfluences(second)) {
    influences.set(cluster, (influences.get(cluster) ?? 0) - influence);
  }
  const estimate = meanOf(first.map(({ value }) => value)) - meanOf(second.map(({ value }) => value));
  const variance = clusterVariance(influences.values());
  if (agrees(first) && agrees(second))
    return independentDifference(accuracyInterval([first], level), accuracyInterval([second], level));
  const margin = Number.isFinite(variance) ? quantile(level, influences.size - 1) * Math.sqrt(variance) : Infinity;
  return { estimate, low: Math.max(-1, estimate - margin), high: Math.min(1, estimate + margin) };
}

function agrees(side: readonly Observation[]): boolean {
  return side.every(({ value }) => value === side[0]?.value);
}
