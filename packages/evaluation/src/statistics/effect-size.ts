import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { meanOf } from './clustered-mean.js';
import { crossing } from './crossing.js';
import { defaultLevel, type Interval } from './interval.js';

/**
 * Cohen's h of two accuracies measured on the same problems: 2 arcsin √p₁ − 2 arcsin √p₂ (Cohen 1988, section 6.2; 0.2 is
 * small, 0.5 medium, 0.8 large). The interval is the delta method's: a problem moves h by x/√(p₁(1 − p₁)) − y/√(p₂(1 − p₂)), and the
 * variance of h is that of these over n: (2 − 2r)/n, r being the correlation, where outcomes are 0 or 1, and less where they are shares.
 *
 * @param pairs per problem what the one and the other made of it, 0 to 1 (means over seeds).
 * @throws RangeError without pairs.
 */
export function cohensH(pairs: readonly (readonly [number, number])[], level = defaultLevel): Interval {
  if (pairs.length === 0) throw new RangeError('cohensH: needs a pair');
  const first = standardised(pairs.map(([one]) => one));
  const second = standardised(pairs.map(([, other]) => other));
  const estimate = angle(first.mean) - angle(second.mean);
  const correlated = meanOf(first.scores.map((score, place) => score * (second.scores[place] as number)));
  const variance = (first.variance + second.variance - 2 * correlated) / pairs.length;
  const margin = halfWidth(level) * Math.sqrt(Math.max(0, variance));
  return { estimate, low: Math.max(-Math.PI, estimate - margin), high: Math.min(Math.PI, estimate + margin) };
}

/**
 * Odds ratio of paired outcomes, wins / losses: by how much the odds of solving a problem grow from the one policy to the other, problem by
 * problem (the conditional maximum likelihood estimate; Breslow and Day 1980, section 5.2). The interval is exact: that of
 * Clopper and Pearson for the share of wins among the problems on which the two disagree.
 *
 * @returns 1 with the interval from 0 to Infinity where they never disagree.
 */
export function pairedOddsRatio(wins: number, losses: number, level = defaultLevel): Interval {
  if (wins + losses === 0) return { estimate: 1, low: 0, high: Infinity };
  const { low, high } = clopperPearson(wins, wins + losses, level);
  return { estimate: wins / losses, low: low / (1 - low), high: high === 1 ? Infinity : high / (1 - high) };
}

/**
 * Exact interval of a proportion (Clopper and Pearson 1934).
 *
 * @throws RangeError unless `successes` and `trials` are integers with 0 ≤ successes ≤ trials and trials > 0.
 */
export function clopperPearson(successes: number, trials: number, level = defaultLevel): Interval {
  if (![successes, trials].every(Number.isInteger) || trials < 1 || successes < 0 || successes > trials) {
    throw new RangeError(`clopperPearson(${successes}, ${trials}): needs 0 ≤ successes ≤ trials, and a trial`);
  }
  const tail = (1 - level) / 2;
  const low = successes === 0 ? 0 : crossing((p) => 1 - binomialCdf(successes - 1, trials, p) - tail);
  const high = successes === trials ? 1 : crossing((p) => tail - binomialCdf(successes, trials, p));
  return { estimate: successes / trials, low, high };
}

/**
 * Standardised mean of paired differences, d_z: mean over standard deviation (Cohen 1988, section 2.3.5), with the large-sample interval
 * from the variance 1/n + d²/2n (Hedges and Olkin 1985, chapter 5, for one sample).
 *
 * @returns `null` with fewer than two differences, or where all are equal.
 */
export function standardisedDifference(differences: readonly number[], level = defaultLevel): Interval | null {
  const n = differences.length;
  const mean = meanOf(differences);
  const deviation = Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  if (n < 2 || deviation === 0) return null;
  const estimate = mean / deviation;
  const margin = halfWidth(level) * Math.sqrt(1 / n + estimate ** 2 / (2 * n));
  return { estimate, low: estimate - margin, high: estimate + margin };
}

function angle(proportion: number): number {
  return 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, proportion))));
}

function halfWidth(level: number): number {
  return normalQuantile(1 - (1 - level) / 2, 0, 1);
}

/** Outcomes on the scale on which those of 0 and 1 have variance 1. An accuracy of 0 or 1 keeps that variance, which is wider than need be. */
function standardised(outcomes: readonly number[]): { mean: number; scores: number[]; variance: number } {
  const mean = meanOf(outcomes);
  const spread = Math.sqrt(mean * (1 - mean));
  const flat = !(spread > 1e-9);
  const scores = outcomes.map((outcome) => (flat ? 0 : (outcome - mean) / spread));
  return { mean, scores, variance: flat ? 1 : meanOf(scores.map((score) => score ** 2)) };
}
