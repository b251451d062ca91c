/** What the value estimates should have been, one entry per row; a row with `action` −1 is none. */
export interface ValueTargets {
  readonly actions: Int32Array;
  readonly values: Float64Array;
}

/** How far estimates were off, decision by decision. */
export interface ValueErrors {
  readonly errors: readonly number[];
  readonly targets: readonly number[];
}

export interface ValueStatistics {
  /** Mean of half the squared error, before weighting. */
  readonly loss: number;
  /** Share of the targets' variance that the estimates explain: 1 − Var(error) / Var(target); 1 is best, 0 useless. */
  readonly explainedVariance: number;
}

/**
 * Weighted squared error of the value estimates (PPO, arXiv 1707.06347, equation 9), to be minimised, the mean over
 * decisions:
 *
 *     weight · mean( (V − target)² / 2 )
 *
 * @param estimates [rows].
 * @returns Gradient for the estimates, [rows], and the errors that it comes from.
 */
export function valueLoss(
  estimates: Float32Array,
  { actions, values }: ValueTargets,
  weight: number,
): ValueErrors & { readonly valueGradient: Float32Array } {
  const rows = [...actions.keys()].filter((row) => actions[row]! >= 0);
  const errors = rows.map((row) => estimates[row]! - values[row]!);
  const valueGradient = new Float32Array(estimates.length);
  for (const [place, row] of rows.entries()) valueGradient[row] = (weight * errors[place]!) / rows.length;
  return { valueGradient, errors, targets: rows.map((row) => values[row]!) };
}

/** Over all parts of a batch together: a small part may have next to no variance to explain. `null` without any. */
export function valueStatistics(parts: readonly ValueErrors[]): ValueStatistics | null {
  const errors = parts.flatMap((part) => part.errors);
  if (errors.length === 0) return null;
  const variance = varianceOf(parts.flatMap(({ targets }) => targets));
  return {
    loss: errors.reduce((sum, error) => sum + error ** 2 / 2, 0) / errors.length,
    explainedVariance: variance === 0 ? 0 : 1 - varianceOf(errors) / variance,
  };
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
