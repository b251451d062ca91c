import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { piecesOf, type Curve, type Stage } from '../curves.js';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import type { Option } from './echarts.js';
import { axisStyle, baseOption, tooltipContent, tooltipStyle } from './style.js';

export interface NamedCurve {
  readonly name: string;
  readonly colour: string;
  readonly curve: Curve;
  /** What it goes through. */
  readonly stages: readonly Stage[];
}

export interface CurveChartOptions {
  readonly curves: readonly NamedCurve[];
  readonly write: (value: number) => string;
  /** Ends of the vertical axis where they are known; else what is there. */
  readonly range?: readonly [number, number];
}

/** Numbers over the iterations with their bands, stage after stage. */
export function curveChart({ curves, write, range }: CurveChartOptions, palette: Palette, width: number): Drawing {
  const tracks = [...new Set(curves.map(({ stages }) => stages))];
  const stages = tracks.reduce((longest, track) => (track.length > longest.length ? track : longest), []);
  const length = Math.max(2, ...tracks.map((track) => endOf(track)));
  return {
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 16, top: stages.length > 1 ? 26 : 12, bottom: 8, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'axis',
        axisPointer: { type: 'line', lineStyle: { color: palette.muted, type: 'dashed' } },
        formatter: (hovered: readonly { readonly axisValue: number }[]) =>
          tooltip(Number(hovered[0]?.axisValue), curves, write),
      },
      xAxis: {
        ...axisStyle(palette),
        type: 'value',
        min: 1,
        max: length,
        minInterval: 1,
        splitLine: { show: false },
      },
      yAxis: {
        ...axisStyle(palette),
        type: 'value',
        scale: true,
        ...(range && { min: range[0], max: range[1] }),
        axisLabel: { color: palette.muted, fontSize: 11, formatter: write },
      },
      series: [
        ...curves.flatMap(seriesOf),
        ...(stages.length > 1 ? [stageMarks(stages, palette, width / length)] : []),
      ],
    },
    legend: curves.map(({ name, colour }) => ({ name, colour })),
    summary: curves.map((each) => described(each, write)).join('; '),
    table: () => tableOf(curves),
  };
}

function seriesOf({ name, colour, curve, stages }: NamedCurve): Option[] {
  const pieces = piecesOf(curve, stages);
  const line = (values: readonly number[], rest: Option): Option => ({
    ...{
      type: 'line',
      name,
      showSymbol: curve.x.length === 1,
      itemStyle: { color: colour },
      emphasis: { disabled: true },
    },
    data: pieces.flatMap((piece) => [...piece.map((place) => [curve.x[place], values[place]]), [null, null]]),
    ...rest,
  });
  const hasBand = curve.x.some((_, index) => curve.low[index] !== curve.high[index]);
  return [
    line(curve.mean, { lineStyle: { color: colour, width: 2 }, z: 3 }),
    ...(hasBand ? [bandOf(name, colour, curve, pieces)] : []),
    ...(curve.raw === null
      ? []
      : [
          line(curve.raw, {
            silent: true,
            showSymbol: false,
            lineStyle: { color: colour, width: 1, opacity: 0.3 },
            z: 1,
          }),
        ]),
  ];
}

/** How much of what the seeds' numbers span a band may add to the axis on either side; the rest of it is cut. */
const roomForBands = 0.25;

/** The band as one polygon a piece; the series has a datum a point so that the axes make room for it. */
function bandOf(name: string, colour: string, curve: Curve, pieces: readonly (readonly number[])[]): Option {
  const pieceFrom = new Map(pieces.map((piece) => [piece[0], piece]));
  const [lowest, highest] = curve.ends;
  const room = roomForBands * (highest - lowest);
  return {
    ...{ type: 'custom', name, silent: true, z: 2, clip: true, itemStyle: { color: colour } },
    encode: { x: 0, y: [1, 2] },
    data: curve.x.map((x, index) => [
      x,
      Math.max(lowest - room, curve.low[index] as number),
      Math.min(highest + room, curve.high[index] as number),
    ]),
    renderItem: ({ dataIndexInside }: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const piece = pieceFrom.get(dataIndexInside);
      if (piece === undefined) return null;
      const edge = (of: readonly number[]) =>
        piece.map((place) => api.coord([curve.x[place] as number, of[place] as number]));
      const points = [...edge(curve.high), ...edge(curve.low).reverse()];
      return { type: 'polygon', shape: { points }, style: { fill: colour, opacity: 0.16 } };
    },
  };
}

/** Pixels that the name of a stage needs at least, as long as it is whole. */
const leastForName = 44;

/**
 * Where one stage ends and the next begins, named where there is room.
 *
 * @param scale pixels of an iteration, roughly.
 */
function stageMarks(stages: readonly Stage[], palette: Palette, scale: number): Option {
  const isFew = stages.length < 4;
  return {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      label: {
        ...{ formatter: '{b}', color: palette.muted, fontSize: 11 },
        ...{ position: 'end', distance: 4, align: 'left', overflow: 'truncate' },
      },
      lineStyle: { color: palette.muted, type: 'dotted', width: 1 },
      data: stages.map(({ name, from, length }) => ({
        // Tasks in sequence number their stages; the number is seen.
        ...{ name: isFew ? name : name.replace(/^\d+-/, ''), xAxis: Math.max(1, from) },
        label: { show: isFew || length * scale >= leastForName, width: isFew ? undefined : length * scale - 8 },
      })),
    },
  };
}

function tooltip(x: number, curves: readonly NamedCurve[], write: (value: number) => string): HTMLElement {
  const rows = curves.flatMap(({ name, colour, curve }) => {
    const index = curve.x.indexOf(x);
    const mean = curve.mean[index];
    if (mean === undefined) return [];
    const [low, high] = [curve.low[index] as number, curve.high[index] as number];
    return [{ name, colour, value: low === high ? write(mean) : `${write(mean)}  (${write(low)} to ${write(high)})` }];
  });
  return tooltipContent(placeOf(x, curves), rows);
}

/** The stage and its iteration; the iteration alone where the curves are in different ones. */
function placeOf(x: number, curves: readonly NamedCurve[]): string {
  const [stages = [], ...others] = new Set(curves.map((each) => each.stages));
  const stage = stages.findLast(({ from }) => x > from);
  if (others.length > 0 || stage === undefined || stages.length === 1) return `iteration ${x}`;
  return `${stage.name}, iteration ${x - stage.from}`;
}

function endOf(stages: readonly Stage[]): number {
  const last = stages.at(-1);
  return last === undefined ? 0 : last.from + last.length;
}

function described({ name, curve }: NamedCurve, write: (value: number) => string): string {
  const [first, last] = [curve.mean[0], curve.mean.at(-1)];
  return first === undefined || last === undefined ? name : `${name} from ${write(first)} to ${write(last)}`;
}

function tableOf(curves: readonly NamedCurve[]) {
  const all = [...new Set(curves.flatMap(({ curve }) => curve.x))].sort((a, b) => a - b);
  const places = curves.map(({ curve }) => new Map(curve.x.map((x, index) => [x, curve.mean[index] ?? null])));
  return {
    head: ['iteration', ...curves.map(({ name }) => name)],
    rows: all.map((x) => [placeOf(x, curves), ...places.map((values) => values.get(x) ?? null)]),
  };
}
