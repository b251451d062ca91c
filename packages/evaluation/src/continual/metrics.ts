import { meanOf } from '../statistics/clustered-mean.js';
import type { Accuracies } from './accuracy-matrix.js';

/** What a sequence of tasks is judged by; each between −1 and 1. `null` where it is not defined. */
export interface ContinualMetrics {
  /** Mean accuracy on all tasks in the end. */
  readonly averageAccuracy: number;
  /** What later tasks did to earlier ones: negative is forgetting, positive that they helped. */
  readonly backwardTransfer: number | null;
  /** What earlier tasks gave a later one before it was trained on, over the untrained planner. */
  readonly forwardTransfer: number | null;
  /** How far each earlier task fell from the best it ever had. */
  readonly forgetting: number | null;
  /** Accuracy on each task just after it was trained on: how well new things are still learned. */
  readonly plasticity: number | null;
  /** How far that is below what joint training reaches. */
  readonly intransigence: number | null;
}

/**
 * With R[i][j] the accuracy on task j after i of T tasks (R[0] untrained, R* after joint training):
 *
 * - average accuracy `1/T Σ_j R[T][j]`, backward transfer `1/(T−1) Σ_{j<T} (R[T][j] − R[j][j])` and forward transfer
 *   `1/(T−1) Σ_{j>1} (R[j−1][j] − R[0][j])`: Lopez-Paz and Ranzato 2017, arXiv 1706.08840, section 2;
 * - forgetting `1/(T−1) Σ_{j<T} (max_{1≤i<T} R[i][j] − R[T][j])`: Chaudhry et al. 2018, arXiv 1801.10112, section 3.1;
 * - plasticity `1/T Σ_j R[j][j]` (learning accuracy: Riemer et al. 2019, arXiv 1810.11910, section 5), and intransigence
 *   `1/T Σ_j (R*[j] − R[j][j])`: Chaudhry et al., section 3.2; there R* is trained on the first j tasks, here on all.
 *
 * @param accuracies R, [steps + 1, tasks]. With fewer steps than tasks (joint training) only the average is defined.
 * @param joint R*, [tasks].
 * @throws RangeError when there is no row after the first, or rows differ in length.
 */
export function continualMetrics(accuracies: Accuracies, joint?: readonly number[]): ContinualMetrics {
  const [untrained, ...after] = accuracies;
  const last = after.at(-1);
  if (untrained === undefined || last === undefined || accuracies.some(({ length }) => length !== untrained.length)) {
    throw new RangeError('an accuracy matrix has a row before training, one after it, and as many numbers in each');
  }
  const tasks = untrained.length;
  const averageAccuracy = meanOf(last);
  if (after.length < tasks) {
    const none = { backwardTransfer: null, forwardTransfer: null, forgetting: null };
    return { averageAccuracy, ...none, plasticity: null, intransigence: null };
  }
  const learned = after.map((row, task) => row[task]!);
  const best = last.map((_, task) => Math.max(...after.slice(0, -1).map((row) => row[task]!)));
  const before = last.map((_, task) => accuracies[task]![task]! - untrained[task]!);
  const earlier = (of: (task: number) => number) =>
    tasks < 2 ? null : meanOf(Array.from({ length: tasks - 1 }, (_, task) => of(task)));
  return {
    averageAccuracy,
    backwardTransfer: earlier((task) => last[task]! - learned[task]!),
    forwardTransfer: earlier((task) => before[task + 1]!),
    forgetting: earlier((task) => best[task]! - last[task]!),
    plasticity: meanOf(learned),
    intransigence: joint === undefined ? null : meanOf(learned.map((accuracy, task) => joint[task]! - accuracy)),
  };
}

export const metricNames = [
  'averageAccuracy',
  'backwardTransfer',
  'forwardTransfer',
  'forgetting',
  'plasticity',
  'intransigence',
] as const satisfies readonly (keyof ContinualMetrics)[];

export type MetricName = (typeof metricNames)[number];
