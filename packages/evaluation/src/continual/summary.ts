import { ConfigError, Random } from '@rsim/core';
import { meanOf } from '../statistics/clustered-mean.js';
import { sampleMean } from '../statistics/sample-mean.js';
import { defaultLevel, type Interval } from '../statistics/interval.js';
import { accuraciesOf, type Accuracies, type AccuracyMatrix } from './accuracy-matrix.js';
import { continualMetrics, metricNames, type ContinualMetrics, type MetricName } from './metrics.js';

/** A mean over runs and how sure it is: over other seeds, and over other problems. */
export interface SummarisedMetric {
  readonly mean: number;
  /** Student's t over the seeds' values; `null` for a single seed. */
  readonly overSeeds: Interval | null;
  /** Percentile bootstrap over the problems of each task, every run and row seeing the same ones. */
  readonly overProblems: Interval;
}

/** All runs of one method. */
export interface MethodSummary {
  /** `joint`, or the method; with the order where that is not `sequential`. */
  readonly name: string;
  readonly seeds: readonly number[];
  /** Mean R, [steps + 1, tasks]. */
  readonly accuracies: Accuracies;
  /** The step of each row. */
  readonly after: readonly (string | null)[];
  readonly metrics: Readonly<Partial<Record<MetricName, SummarisedMetric>>>;
  /** Average accuracy as a share of joint training's; where there is any. */
  readonly shareOfJoint: SummarisedMetric | null;
}

export interface SummaryOptions {
  readonly level?: number;
  /** Resamples of the bootstrap over problems; 2000 by default. */
  readonly resamples?: number;
}

/** What a set of runs comes to: all that is computed from, so that it can be computed again from resampled problems. */
type Measured = Partial<Record<MetricName, number>> & { shareOfJoint?: number };

/**
 * Metrics of every method with intervals, over runs that were measured on the same problems.
 *
 * @throws ConfigError when the runs differ in tasks, problems, follower or split, or one is unfinished or there twice.
 */
export function summariseMatrices(runs: readonly AccuracyMatrix[], options: SummaryOptions = {}): MethodSummary[] {
  refuseStrangers(runs);
  const groups = new Map<string, AccuracyMatrix[]>();
  for (const run of runs) groups.set(nameOf(run), [...(groups.get(nameOf(run)) ?? []), run]);
  const joint = groups.get('joint') ?? [];
  return [...groups].map(([name, group]) => summaryOf(name, group, joint, options));
}

function summaryOf(
  name: string,
  runs: readonly AccuracyMatrix[],
  joint: readonly AccuracyMatrix[],
  { level = defaultLevel, resamples = 2000 }: SummaryOptions,
): MethodSummary {
  const measured = measure(runs.map(accuraciesOf), jointAccuracy(joint.map(accuraciesOf)));
  const resampled = resample([...runs, ...joint], resamples, (matrices) => {
    const [own, reference] = [matrices.slice(0, runs.length), matrices.slice(runs.length)];
    return meanMeasured(measure(own, jointAccuracy(reference)));
  });
  const summarised = (of: (each: Measured) => number | undefined): SummarisedMetric | null => {
    const values = measured.map(of).filter((value) => value !== undefined);
    if (values.length < runs.length) return null;
    const mean = meanOf(values);
    const bootstrapped = resampled.map((each) => of(each)!).sort((left, right) => left - right);
    return {
      mean,
      overSeeds: runs.length < 2 ? null : sampleMean(values, level),
      overProblems: { estimate: mean, ...percentiles(bootstrapped, level) },
    };
  };
  const matrices = runs.map(accuraciesOf);
  const metrics = metricNames.flatMap((metric) => {
    const found = summarised((each) => each[metric]);
    return found === null ? [] : [[metric, found] as const];
  });
  return {
    name,
    seeds: runs.map(({ seed }) => seed),
    accuracies: matrices[0]!.map((row, step) =>
      row.map((_, task) => meanOf(matrices.map((each) => each[step]![task]!))),
    ),
    after: runs[0]!.rows.map(({ after }) => after),
    metrics: Object.fromEntries(metrics),
    shareOfJoint: joint.length === 0 ? null : summarised((each) => each.shareOfJoint),
  };
}

/** R*: mean over the runs of joint training. */
function jointAccuracy(joint: readonly Accuracies[]): number[] | undefined {
  const last = joint.map((matrix) => matrix.at(-1)!);
  return last[0]?.map((_, task) => meanOf(last.map((row) => row[task]!)));
}

function measure(matrices: readonly Accuracies[], joint: readonly number[] | undefined): Measured[] {
  return matrices.map((matrix) => {
    const metrics = continualMetrics(matrix, joint);
    const defined = Object.entries(metrics).filter(([, value]) => value !== null) as [keyof ContinualMetrics, number][];
    const share = joint && { shareOfJoint: metrics.averageAccuracy / meanOf(joint) };
    return { ...Object.fromEntries(defined), ...share };
  });
}

function meanMeasured(measured: readonly Measured[]): Measured {
  const names = Object.keys(measured[0]!) as (keyof Measured)[];
  return Object.fromEntries(names.map((name) => [name, meanOf(measured.map((each) => each[name]!))]));
}

/** What `of` finds in the runs' accuracies on problems drawn with replacement, task by task, for all runs the same. */
function resample<T>(
  runs: readonly AccuracyMatrix[],
  resamples: number,
  of: (matrices: readonly Accuracies[]) => T,
): T[] {
  const { tasks, problems } = runs[0]!;
  const random = Random.of(0, 'continual-bootstrap');
  const outcomes = runs.map(({ rows }) => rows.map((row) => tasks.map((task) => Buffer.from(row.outcomes[task]!))));
  const one = '1'.charCodeAt(0);
  return Array.from({ length: resamples }, () => {
    const drawn = tasks.map((task) => {
      const { length } = problems[task]!;
      return Uint32Array.from({ length }, () => random.integer(0, length - 1));
    });
    return of(
      outcomes.map((rows) =>
        rows.map((row) => row.map((digits, task) => shareOf(drawn[task]!, (place) => digits[place] === one))),
      ),
    );
  });
}

function shareOf(places: Uint32Array, right: (place: number) => boolean): number {
  let sum = 0;
  for (const place of places) if (right(place)) sum += 1;
  return sum / places.length;
}

function percentiles(ascending: readonly number[], level: number): Omit<Interval, 'estimate'> {
  const at = (share: number) => ascending[Math.round(share * (ascending.length - 1))]!;
  return { low: at((1 - level) / 2), high: at(1 - (1 - level) / 2) };
}

function nameOf({ order, method }: AccuracyMatrix): string {
  if (order === 'sequential') return method;
  return method === 'naive' ? order : `${method} (${order})`;
}

/** Runs that can be summarised together, set by set: finished, measured on the same, each seed of a method once. */
export function comparableMatrices(
  runs: readonly AccuracyMatrix[],
): (readonly [AccuracyMatrix, ...AccuracyMatrix[]])[] {
  const sets = new Map<string, [AccuracyMatrix, ...AccuracyMatrix[]]>();
  for (const run of runs.filter(isFinished)) {
    const set = sets.get(measuredOn(run));
    if (set === undefined) sets.set(measuredOn(run), [run]);
    else if (!set.some((other) => nameOf(other) === nameOf(run) && other.seed === run.seed)) set.push(run);
  }
  return [...sets.values()];
}

function refuseStrangers(runs: readonly AccuracyMatrix[]): void {
  const [first] = runs;
  const taken = new Set<string>();
  for (const run of runs) {
    const what = flawOf(run, first!) ?? (taken.has(`${nameOf(run)} ${run.seed}`) ? 'is there twice' : null);
    if (what !== null) {
      throw new ConfigError(`the run of ${nameOf(run)} with seed ${run.seed} ${what}`, {
        remedy: 'Compare finished runs over the same tasks, problems, split and follower, each with a seed of its own.',
      });
    }
    taken.add(`${nameOf(run)} ${run.seed}`);
  }
}

function flawOf(run: AccuracyMatrix, first: AccuracyMatrix): string | null {
  if (!isFinished(run)) return 'is not finished';
  return measuredOn(run) === measuredOn(first) ? null : 'was measured on something else than the first';
}

function isFinished({ order, tasks, rows }: AccuracyMatrix): boolean {
  return rows.length === (order === 'joint' ? 1 : tasks.length) + 1;
}

function measuredOn({ tasks, problems, split, follower }: AccuracyMatrix): string {
  return JSON.stringify([tasks, tasks.map((task) => problems[task]), split, follower]);
}
