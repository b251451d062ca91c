import { meanDifference, pairedProportions } from './newcombe.js';
import { pairedBootstrap, type BootstrapOptions } from './paired-bootstrap.js';
import type { Interval } from './interval.js';

/**
 * Difference of the accuracies of two policies on the same problems, first − second, each suite weighing the same: paired bootstrap. Where
 * all differences of every suite are alike there is nothing to resample, and the bootstrap would call that certain; there it is Newcombe's
 * interval.
 *
 * @param strata per suite, for each problem what the one and the other made of it, 0 to 1.
 * @throws RangeError when there is no stratum or one without pairs.
 */
export function pairedDifference(
  strata: readonly (readonly (readonly [number, number])[])[],
  options: BootstrapOptions = {},
): Interval {
  const interval = pairedBootstrap(
    strata.map((pairs) => pairs.map(([one, other]) => one - other)),
    options,
  );
  if (interval.low < interval.high) return interval;
  return meanDifference(strata.map((pairs) => pairedProportions(pairs, options.level)));
}
