import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { meanOf } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';
import { scoreInterval } from './wilson.js';

/**
 * Difference of two proportions measured on different problems, first − second: the distances of each from the ends of its own interval,
 * squared and added. With Wilson's intervals this is method 10 of Newcombe (1998a, Stat. Med. 17, 873); with intervals that allow for
 * clusters it is the method of variance estimates recovery (Zou and Donner 2008).
 */
export function independentDifference(first: Interval, second: Interval): Interval {
  return squareAndAdd(first, second, 0);
}

/**
 * Difference of two proportions measured on the same problems, first − second: method 10 of Newcombe (1998b, Stat. Med. 17, 2635), which
 * says something even where the two never disagree. The correlation is the phi coefficient, corrected for continuity.
 *
 * @param pairs per problem what the one and the other made of it, 0 to 1; shares count as so much of a success.
 * @throws RangeError without pairs.
 */
export function pairedProportions(pairs: readonly (readonly [number, number])[], level = defaultLevel): Interval {
  const n = pairs.length;
  if (n === 0) throw new RangeError('pairedProportions: needs a pair');
  const z = normalQuantile(1 - (1 - level) / 2, 0, 1);
  const first = meanOf(pairs.map(([one]) => one));
  const second = meanOf(pairs.map(([, other]) => other));
  const both = pairs.reduce((sum, [one, other]) => sum + one * other, 0);
  // ad − bc of the table of 2 × 2 is n times both less the product of the margins.
  const cross = n * both - n * first * (n * second);
  const corrected = cross > 0 ? Math.max(0, cross - n / 2) : cross;
  const margins = n ** 2 * Math.sqrt(first * (1 - first) * second * (1 - second));
  const phi = margins > 0 ? corrected / margins : 0;
  return squareAndAdd(scoreInterval(first, n, z), scoreInterval(second, n, z), phi);
}

/** Mean of independent differences, one for each suite, from the interval of each (Zou and Donner 2008). */
export function meanDifference(differences: readonly Interval[]): Interval {
  const count = differences.length;
  const estimate = meanOf(differences.map((each) => each.estimate));
  const below = Math.hypot(...differences.map((each) => each.estimate - each.low)) / count;
  const above = Math.hypot(...differences.map((each) => each.high - each.estimate)) / count;
  return { estimate, low: estimate - below, high: estimate + above };
}

function squareAndAdd(first: Interval, second: Interval, correlation: number): Interval {
  const added = (one: number, other: number) =>
    Math.sqrt(Math.max(0, one ** 2 - 2 * correlation * one * other + other ** 2));
  const estimate = first.estimate - second.estimate;
  return {
    estimate,
    low: estimate - added(first.estimate - first.low, second.high - second.estimate),
    high: estimate + added(first.high - first.estimate, second.estimate - second.low),
  };
}
