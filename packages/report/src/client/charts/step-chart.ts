import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import type { Option } from './echarts.js';
import { axisStyle, baseOption, categoryLabel, tooltipContent, tooltipStyle } from './style.js';

export interface StepLine {
  readonly name: string;
  readonly colour: string;
  /** Whether it is what the others are held against: the same at every step. */
  readonly isReference?: boolean;
  /** Fractions with their intervals, step by step; `null` where there is none. */
  readonly values: readonly ({ readonly mean: number; readonly low: number; readonly high: number } | null)[];
}

export interface StepChartOptions {
  readonly steps: readonly string[];
  readonly lines: readonly StepLine[];
  readonly write: (fraction: number) => string;
  /** How the vertical axis is labelled. */
  readonly writeShort: (fraction: number) => string;
  /** Ends of the vertical axis; else what is there. */
  readonly range?: readonly [number, number];
}

/** Steps that lines stand beside each other at most, so that their intervals do not lie on each other. */
const apart = 0.06;

/** Fractions over a few named steps, each with its interval. */
export function stepChart(
  { steps, lines, write, writeShort, range }: StepChartOptions,
  palette: Palette,
  width: number,
): Drawing {
  const shifted = lines.map((line, place) => ({ line, shift: apart * (place - (lines.length - 1) / 2) }));
  const written = (line: StepLine, step: number) => {
    const value = line.values[step];
    if (value === null || value === undefined) return null;
    const { mean, low, high } = value;
    return low === high ? write(mean) : `${write(mean)}  (${write(low)} to ${write(high)})`;
  };
  return {
    option: {
      ...baseOption(palette),
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'axis',
        formatter: (hovered: readonly { readonly axisValue: number }[]) => {
          const step = Math.round(hovered[0]?.axisValue ?? 0);
          const rows = lines.flatMap((line) => {
            const value = written(line, step);
            return value === null ? [] : [{ ...line, value }];
          });
          return tooltipContent(`after ${steps[step]}`, rows);
        },
      },
      xAxis: [
        {
          ...axisStyle(palette),
          ...{ type: 'category', data: [...steps], splitLine: { show: false } },
          axisLabel: categoryLabel((width - 70) / steps.length - 6, palette.muted),
        },
        // The lines stand on numbers, so that they can stand beside each other.
        { type: 'value', min: -0.5, max: steps.length - 0.5, show: false },
      ],
      yAxis: {
        ...axisStyle(palette),
        type: 'value',
        axisLine: { onZero: false, show: false },
        ...(range && { min: range[0], max: range[1] }),
        axisLabel: { color: palette.muted, fontSize: 11, formatter: writeShort },
      },
      series: shifted.flatMap(({ line, shift }) => [
        {
          ...{ type: 'line', name: line.name, xAxisIndex: 1, symbolSize: 7, z: 3, itemStyle: { color: line.colour } },
          showSymbol: line.isReference !== true,
          lineStyle: { color: line.colour, width: 2, type: line.isReference === true ? 'dashed' : 'solid' },
          data: line.values.map((value, step) => [step + shift, value?.mean ?? null]),
        },
        barsOf(line, shift, range),
      ]),
    },
    legend: lines,
    summary: lines.map((line) => `${line.name} ${written(line, line.values.length - 1) ?? ''} in the end`).join('; '),
    table: () => ({
      head: ['after', ...lines.map(({ name }) => name)],
      rows: steps.map((step, place) => [step, ...lines.map((line) => written(line, place))]),
    }),
  };
}

/** The intervals as bars through the points, as far as the axis reaches. */
function barsOf(
  { name, colour, values, isReference = false }: StepLine,
  shift: number,
  range: StepChartOptions['range'],
): Option {
  const [lowest, highest] = range ?? [-1, 1];
  return {
    ...{
      type: 'custom',
      name,
      xAxisIndex: 1,
      silent: true,
      z: 2,
      itemStyle: { color: colour },
      encode: { x: 0, y: [1, 2] },
    },
    data: values.flatMap((value, step) => {
      if (value === null || (isReference && step < values.length - 1)) return [];
      return [[step + shift, Math.max(lowest, value.low), Math.min(highest, value.high)]];
    }),
    renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const [x = 0, y1 = 0] = api.coord([api.value(0), api.value(1)]);
      const [, y2 = 0] = api.coord([api.value(0), api.value(2)]);
      return { type: 'line', shape: { x1: x, y1, x2: x, y2 }, style: { stroke: colour, lineWidth: 2, opacity: 0.6 } };
    },
  };
}
