import { stratifiedMean, type Observation } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';
import { wilson } from './wilson.js';

/**
 * Accuracy (mean over strata of the share of ones) with an interval clustered by problem and kept within [0, 1].
 * Where every observation agrees the clustered standard error is 0, or with one problem unknown: there Wilson's
 * interval on the number of *problems* stands in, so that 200 of 200 is not reported as certainty.
 *
 * @param strata observations of 0 and 1, one stratum per suite.
 */
export function accuracyInterval(strata: readonly (readonly Observation[])[], level = defaultLevel): Interval {
  const { estimate, low, high, standardError, clusters } = stratifiedMean(strata, level);
  if (Number.isFinite(standardError) && standardError > 0) {
    return { estimate, low: Math.max(0, low), high: Math.min(1, high) };
  }
  return { ...wilson(Math.round(estimate * clusters), clusters, level), estimate };
}
