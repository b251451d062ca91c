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
  return [metricsSection(summaries), ...summaries.map((summary) => matrixSection(summary, tasks))];
}

/** The metrics of every method. */
export function metricsSection(summaries: readonly MethodSummary[]): Section {
  const counts = [...new Set(summaries.map(({ seeds }) => seeds.length))];
  const isMixed = counts.length > 1;
  return {
    title: `In points, ${intervalTitle(counts)}; last column: average accuracy as a share of joint training's, in %`,
    names: 1,
    head: ['method', ...columns.map(([title]) => title), 'of joint'],
    rows: summaries.map(({ name, seeds, metrics, shareOfJoint }) => [
      isMixed ? `${name} (${seeds.length})` : name,
      ...columns.map(([, metric]) => shown(metrics[metric])),
      shown(shareOfJoint),
    ]),
  };
}

/** @param counts how many seeds the methods have. */
function intervalTitle(counts: readonly number[]): string {
  const [only = 1, ...others] = counts;
  if (others.length === 0) return only > 1 ? `± 95 % over ${only} seeds` : '± 95 % over problems';
  return `± 95 % over the seeds (how many stands in brackets)${counts.includes(1) ? ', of one seed over problems' : ''}`;
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
  const { low, high } = metric.overSeeds ?? metric.overProblems;
  return `${(100 * metric.mean).toFixed(1)} ± ${(50 * (high - low)).toFixed(1)}`;
}
