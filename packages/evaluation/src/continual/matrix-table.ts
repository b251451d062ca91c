import type { Section } from '../results/sections.js';
import type { SummarisedMetric, MethodSummary } from './summary.js';

const columns = [
  ['average', 'averageAccuracy'],
  ['backward', 'backwardTransfer'],
  ['forward', 'forwardTransfer'],
  ['forgetting', 'forgetting'],
  ['plasticity', 'plasticity'],
  ['intransigence', 'intransigence'],
] as const;

/** The metrics of every method, and the mean accuracy matrix of each, as sections of a report. */
export function matrixSections(summaries: readonly MethodSummary[], tasks: readonly string[]): Section[] {
  const seeds = Math.max(...summaries.map((summary) => summary.seeds.length));
  const interval = seeds > 1 ? `± 95 % over ${seeds} seeds and problems` : '± 95 % over problems';
  const metrics: Section = {
    title: `In points, ${interval}; last column: average accuracy as a share of joint training's, in %`,
    names: 1,
    head: ['method', ...columns.map(([title]) => title), 'of joint'],
    rows: summaries.map(({ name, metrics, shareOfJoint }) => [
      name,
      ...columns.map(([, metric]) => shown(metrics[metric])),
      shown(shareOfJoint),
    ]),
  };
  return [metrics, ...summaries.map((summary) => matrixSection(summary, tasks))];
}

function matrixSection({ name, accuracies, after }: MethodSummary, tasks: readonly string[]): Section {
  return {
    title: `${name}: accuracy in % on each task after each step`,
    names: 1,
    head: ['after', ...tasks],
    rows: accuracies.map((row, step) => [
      after[step] ?? 'nothing',
      ...row.map((accuracy) => (100 * accuracy).toFixed(1)),
    ]),
  };
}

function shown(metric: SummarisedMetric | null | undefined): string {
  if (metric === null || metric === undefined) return '–';
  const { low, high } = metric.overBoth ?? metric.overProblems;
  return `${(100 * metric.mean).toFixed(1)} ± ${(50 * (high - low)).toFixed(1)}`;
}
