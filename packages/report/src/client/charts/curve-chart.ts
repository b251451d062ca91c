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
}

export interface CurveChartOptions {
  readonly curves: readonly NamedCurve[];
  readonly stages: readonly Stage[];
  readonly write: (value: number) => string;
  /** Ends of the vertical axis where they are known; else what is there. */
  readonly range?: readonly [number, number];
}

/** Numbers over the iterations with their bands, stage after stage. */
export function curveChart({ curves, stages, write, range }: CurveChartOptions, palette: Palette): Drawing {
  const last = stages.at(-1);
  return {
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 16, top: stages.length > 1 ? 26 : 12, bottom: 8, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'axis',
        axisPointer: { type: 'line', lineStyle: { color: palette.muted, type: 'dashed' } },
        formatter: (hovered: readonly { readonly axisValue: number }[]) =>
          tooltip(Number(hovered[0]?.axisValue), curves, stages, write),
      },
      xAxis: {
        ...axisStyle(palette),
        type: 'value',
        min: 1,
        max: Math.max(2, (last?.from ?? 0) + (last?.length ?? 0)),
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
        ...curves.flatMap((each) => seriesOf(each, stages)),
        ...(stages.length > 1 ? [stageMarks(stages, palette)] : []),
      ],
    },
    legend: curves.map(({ name, colour }) => ({ name, colour })),
    summary: curves.map((each) => described(each, write)).join('; '),
    table: () => tableOf(curves, stages),
  };
}

function seriesOf({ name, colour, curve }: NamedCurve, stages: readonly Stage[]): Option[] {
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

/** The band as one polygon a piece; the series has a datum a point so that the axes make room for it. */
function bandOf(name: string, colour: string, curve: Curve, pieces: readonly (readonly number[])[]): Option {
  const pieceFrom = new Map(pieces.map((piece) => [piece[0], piece]));
  return {
    ...{ type: 'custom', name, silent: true, z: 2, clip: true, itemStyle: { color: colour } },
    encode: { x: 0, y: [1, 2] },
    data: curve.x.map((x, index) => [x, curve.low[index], curve.high[index]]),
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

/** Where one stage ends and the next begins. */
function stageMarks(stages: readonly Stage[], palette: Palette): Option {
  return {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      label: {
        ...{ formatter: '{b}', color: palette.muted, fontSize: 11 },
        // Many names have no room side by side.
        ...(stages.length > 3 ? { position: 'insideEndBottom' } : { position: 'end', distance: 4, align: 'left' }),
      },
      lineStyle: { color: palette.muted, type: 'dotted', width: 1 },
      data: stages.map(({ name, from }) => ({ name, xAxis: Math.max(1, from) })),
    },
  };
}

function tooltip(
  x: number,
  curves: readonly NamedCurve[],
  stages: readonly Stage[],
  write: (value: number) => string,
): HTMLElement {
  const rows = curves.flatMap(({ name, colour, curve }) => {
    const index = curve.x.indexOf(x);
    const mean = curve.mean[index];
    if (mean === undefined) return [];
    const [low, high] = [curve.low[index] as number, curve.high[index] as number];
    return [{ name, colour, value: low === high ? write(mean) : `${write(mean)}  (${write(low)} to ${write(high)})` }];
  });
  return tooltipContent(placeOf(x, stages), rows);
}

function placeOf(x: number, stages: readonly Stage[]): string {
  const stage = stages.findLast(({ from }) => x > from);
  return stage === undefined ? String(x) : `${stages.length > 1 ? `${stage.name}, ` : ''}iteration ${x - stage.from}`;
}

function described({ name, curve }: NamedCurve, write: (value: number) => string): string {
  const [first, last] = [curve.mean[0], curve.mean.at(-1)];
  return first === undefined || last === undefined ? name : `${name} from ${write(first)} to ${write(last)}`;
}

function tableOf(curves: readonly NamedCurve[], stages: readonly Stage[]) {
  const all = [...new Set(curves.flatMap(({ curve }) => curve.x))].sort((a, b) => a - b);
  const places = curves.map(({ curve }) => new Map(curve.x.map((x, index) => [x, curve.mean[index] ?? null])));
  return {
    head: ['iteration', ...curves.map(({ name }) => name)],
    rows: all.map((x) => [placeOf(x, stages), ...places.map((values) => values.get(x) ?? null)]),
  };
}
