import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { quantile, stratifiedMean, type Observation } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';
import { scoreInterval } from './wilson.js';

/**
 * Accuracy (mean over strata of the mean observation) with an interval clustered by problem: Wilson's, on the number of
 * independent outcomes that would have the cluster-robust standard error, p(1 − p)/SE², with Student's t for the normal
 * quantile (Korn and Graubard 1998 for surveys; compared by Dean and Pagano 2015). Unlike p ± t·SE it holds its level near
 * 0 and 1. Where every observation agrees, or there is one problem, the standard error says nothing: there the effective
 * number is that of *problems*, so that 200 of 200 is not reported as certainty.
 *
 * @param strata observations within [0, 1], one stratum per suite.
 */
export function accuracyInterval(strata: readonly (readonly Observation[])[], level = defaultLevel): Interval {
  const { estimate, standardError, clusters, degrees } = stratifiedMean(strata);
  const p = Math.min(1, Math.max(0, estimate));
  const tells = Number.isFinite(standardError) && standardError > rounding && p > 0 && p < 1;
  return tells
    ? scoreInterval(p, (p * (1 - p)) / standardError ** 2, quantile(level, degrees))
    : scoreInterval(p, clusters, normalQuantile(1 - (1 - level) / 2, 0, 1));
}

/** Shares that are all equal may differ by this much in their last digits. */
const rounding = 1e-12;
