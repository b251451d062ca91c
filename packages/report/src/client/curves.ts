import type { Point, RunData } from '../report-data.js';

/** A part of a training and where it stands on the common axis of iterations. */
export interface Stage {
  readonly name: string;
  /** Iterations before it. */
  readonly from: number;
  readonly length: number;
}

export type Band = 'interval' | 'range' | 'none';

/** A number over the iterations: the mean of the seeds, and the band around it. */
export interface Curve {
  readonly x: readonly number[];
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** The lowest and the highest of the seeds' numbers anywhere: bands of few seeds reach far beyond. */
  readonly ends: readonly [number, number];
  /** The numbers of the first seed as they are, where there is but one and the curve is smoothed. */
  readonly raw: readonly number[] | null;
}

/** 97.5 % quantiles of Student's t with 1 to 30 degrees of freedom. */
const tQuantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The stages in which any of the numbers was measured, one after the other, each as long as in the longest run. */
export function stagesOf(runs: readonly RunData[], paths: readonly string[]): Stage[] {
  const lengths = new Map<string, number>();
  for (const { points } of runs) {
    for (const { stage, iteration, values } of points) {
      if (!paths.some((path) => path in values)) continue;
      lengths.set(stage, Math.max(lengths.get(stage) ?? 0, iteration));
    }
  }
  let from = 0;
  return [...lengths].map(([name, length]) => {
    const stage = { name, from, length };
    from += length;
    return stage;
  });
}

/**
 * For each group of runs its stages. Groups that have one in common go through the same ones; those that have none, such as
 * training on one task after the other and on all at once, begin side by side.
 */
export function tracksOf(groups: readonly (readonly RunData[])[], paths: readonly string[]): Stage[][] {
  const names = groups.map((runs) => stagesOf(runs, paths).map(({ name }) => name));
  let tracks = groups.map((_, place) => place);
  names.forEach((own, place) => {
    const joined = names.flatMap((other, before) =>
      other.some((name) => own.includes(name)) ? (tracks[before] ?? []) : [],
    );
    tracks = tracks.map((track) => (joined.includes(track) ? (tracks[place] as number) : track));
  });
  const stages = new Map(
    tracks.map((track) => [track, stagesOf(groups.filter((_, place) => tracks[place] === track).flat(), paths)]),
  );
  return tracks.map((track) => stages.get(track) as Stage[]);
}

/** Names of the numbers of these runs, in order of appearance. */
export function pathsOf(runs: readonly RunData[]): string[] {
  return [...new Set(runs.flatMap(({ points }) => points.flatMap(({ values }) => Object.keys(values))))];
}

/** @param smoothing iterations averaged on either side, within a stage. */
export function curveOf(
  seeds: readonly RunData[],
  path: string,
  stages: readonly Stage[],
  { smoothing, band }: { readonly smoothing: number; readonly band: Band },
): Curve {
  const lines = seeds.map(({ points }) => lineOf(points, path, stages));
  const smooth = lines.map((line) => smoothed(line, stages, smoothing));
  const x = [...new Set(smooth.flatMap((line) => [...line.keys()]))].sort((a, b) => a - b);
  const spreads = x.map((at) =>
    spreadOf(
      smooth.flatMap((line) => line.get(at) ?? []),
      band,
    ),
  );
  const [only] = lines;
  return {
    x,
    mean: spreads.map(({ mean }) => mean),
    low: spreads.map(({ low }) => low),
    high: spreads.map(({ high }) => high),
    ends: endsOf([...lines, ...smooth]),
    raw: lines.length === 1 && smoothing > 0 && only !== undefined ? x.map((at) => only.get(at) as number) : null,
  };
}

function endsOf(lines: readonly ReadonlyMap<number, number>[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const line of lines) {
    for (const value of line.values()) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return [low, high];
}

/** Places of a curve's points, divided where a whole stage lies between two of them: there nothing joins them. */
export function piecesOf({ x }: Pick<Curve, 'x'>, stages: readonly Stage[]): number[][] {
  const stageAt = (at: number) => stages.findLastIndex(({ from }) => at > from);
  const pieces: number[][] = [];
  x.forEach((at, place) => {
    const before = x[place - 1];
    const joins = before !== undefined && stageAt(at) - stageAt(before) <= 1;
    if (joins) pieces.at(-1)?.push(place);
    else pieces.push([place]);
  });
  return pieces;
}

function lineOf(points: readonly Point[], path: string, stages: readonly Stage[]): Map<number, number> {
  const starts = new Map(stages.map(({ name, from }) => [name, from]));
  const line = new Map<number, number>();
  for (const { stage, iteration, values } of points) {
    const from = starts.get(stage);
    const value = values[path];
    if (from !== undefined && value !== undefined) line.set(from + iteration, value);
  }
  return line;
}

function smoothed(line: Map<number, number>, stages: readonly Stage[], smoothing: number): Map<number, number> {
  if (smoothing === 0) return line;
  const result = new Map<number, number>();
  for (const { from, length } of stages) {
    for (let at = from + 1; at <= from + length; at += 1) {
      if (!line.has(at)) continue;
      const near: number[] = [];
      for (
        let other = Math.max(from + 1, at - smoothing);
        other <= Math.min(from + length, at + smoothing);
        other += 1
      ) {
        const value = line.get(other);
        if (value !== undefined) near.push(value);
      }
      result.set(at, meanOf(near));
    }
  }
  return result;
}

/** Mean of the seeds, with Student's 95 % interval of that mean or the lowest and the highest of them. */
export function spreadOf(values: readonly number[], band: Band): { mean: number; low: number; high: number } {
  const mean = meanOf(values);
  if (values.length < 2 || band === 'none') return { mean, low: mean, high: mean };
  if (band === 'range') return { mean, low: Math.min(...values), high: Math.max(...values) };
  const degrees = values.length - 1;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / degrees;
  const margin = (tQuantiles[degrees - 1] ?? 1.96) * Math.sqrt(variance / values.length);
  return { mean, low: mean - margin, high: mean + margin };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
