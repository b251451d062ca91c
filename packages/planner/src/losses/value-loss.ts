/** What the value estimates should have been, one entry per row; a row with `action` −1 is none. */
export interface ValueTargets {
  readonly actions: Int32Array;
  readonly values: Float64Array;
}

export interface ValueStatistics {
  /** Mean of half the squared error, before weighting. */
  readonly loss: number;
  /** Share of the targets' variance that the estimates explain: 1 − Var(target − estimate) / Var(target); 1 is best. */
  readonly explainedVariance: number;
}

/**
 * Weighted squared error of the value estimates (PPO, arXiv 1707.06347, equation 9), to be minimised, the mean over
 * decisions:
 *
 *     weight · mean( (V − target)² / 2 )
 *
 * @param estimates [rows].
 * @returns Gradient for the estimates, and statistics.
 */
export function valueLoss(
  estimates: Float32Array,
  { actions, values }: ValueTargets,
  weight: number,
): { valueGradient: Float32Array; statistics: ValueStatistics } {
  const rows = [...actions.keys()].filter((row) => actions[row]! >= 0);
  const errors = rows.map((row) => estimates[row]! - values[row]!);
  const valueGradient = new Float32Array(estimates.length);
  for (const [place, row] of rows.entries()) valueGradient[row] = (weight * errors[place]!) / rows.length;
  const variance = varianceOf(rows.map((row) => values[row]!));
  return {
    valueGradient,
    statistics: {
      loss: errors.reduce((sum, error) => sum + error ** 2 / 2, 0) / rows.length,
      explainedVariance: variance === 0 ? 0 : 1 - varianceOf(errors) / variance,
    },
  };
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
