import { at } from '../at.js';

/**
 * Holm's step-down adjustment (Holm 1979) of p-values that were looked at together: an adjusted p-value below α may be
 * called significant with a family-wise error of at most α. In the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((left, right) => at(pValues, left) - at(pValues, right));
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * at(pValues, index)));
    adjusted[index] = highest;
  });
  return adjusted;
}
