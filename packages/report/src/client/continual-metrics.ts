import type { ContinualMatrix } from '../report-data.js';

/**
 * Per step, how far the tasks learned before have fallen from the best they ever had: `1/(k−1) Σ_{j<k} max_{1≤i<k}
 * (R[i][j] − R[k][j])` (Chaudhry et al. 2018, arXiv 1801.10112, section 3.1); `null` before a second task is learned.
 */
export function forgettingBySteps({ accuracies }: Pick<ContinualMatrix, 'accuracies'>): (number | null)[] {
  return accuracies.map((row, step) => {
    const falls = Array.from({ length: Math.max(0, step - 1) }, (_, task) => {
      const before = accuracies.slice(1, step).map((earlier) => earlier[task] ?? -Infinity);
      return Math.max(...before) - (row[task] ?? NaN);
    });
    return falls.length === 0 ? null : meanOf(falls);
  });
}

/** Per step, the mean accuracy on all tasks, those still to come included. */
export function meanAccuracyBySteps({ accuracies }: Pick<ContinualMatrix, 'accuracies'>): (number | null)[] {
  return accuracies.map((row) => meanOf(row.map((accuracy) => accuracy ?? NaN)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
