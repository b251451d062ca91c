import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { percent } from '../numbers.js';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import type { Option } from './echarts.js';
import { axisStyle, baseOption, tooltipContent, tooltipStyle } from './style.js';

export interface StepLine {
  readonly name: string;
  readonly colour: string;
  /** Fractions with their intervals, step by step; `null` where there is none. */
  readonly values: readonly ({ readonly mean: number; readonly low: number; readonly high: number } | null)[];
}

export interface StepChartOptions {
  readonly steps: readonly string[];
  readonly lines: readonly StepLine[];
  /** Ends of the vertical axis; else what is there. */
  readonly range?: readonly [number, number];
}

/** Fractions over a few named steps, each with its interval. */
export function stepChart({ steps, lines, range }: StepChartOptions, palette: Palette): Drawing {
  const written = (line: StepLine, step: number) => {
    const value = line.values[step];
    if (value === null || value === undefined) return null;
    const { mean, low, high } = value;
    return low === high ? percent(mean) : `${percent(mean)}  (${percent(low)} to ${percent(high)})`;
  };
  return {
    option: {
      ...baseOption(palette),
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'axis',
        formatter: (hovered: readonly { readonly dataIndex: number }[]) => {
          const step = hovered[0]?.dataIndex ?? 0;
          const rows = lines.flatMap((line) => {
            const value = written(line, step);
            return value === null ? [] : [{ ...line, value }];
          });
          return tooltipContent(`after ${steps[step]}`, rows);
        },
      },
      xAxis: {
        ...axisStyle(palette),
        ...{ type: 'category', data: [...steps], splitLine: { show: false } },
        axisLabel: { color: palette.muted, fontSize: 11, interval: 0, overflow: 'break', width: 90 },
      },
      yAxis: {
        ...axisStyle(palette),
        type: 'value',
        ...(range && { min: range[0], max: range[1] }),
        axisLabel: { color: palette.muted, fontSize: 11, formatter: (share: number) => `${Math.round(100 * share)} %` },
      },
      series: lines.flatMap((line) => [
        {
          ...{ type: 'line', name: line.name, symbolSize: 7, z: 3, itemStyle: { color: line.colour } },
          lineStyle: { color: line.colour, width: 2 },
          data: line.values.map((value) => value?.mean ?? null),
        },
        barsOf(line),
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

/** The intervals as bars through the points. */
function barsOf({ name, colour, values }: StepLine): Option {
  return {
    ...{ type: 'custom', name, silent: true, z: 2, itemStyle: { color: colour }, encode: { x: 0, y: [1, 2] } },
    data: values.flatMap((value, step) => (value === null ? [] : [[step, value.low, value.high]])),
    renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
      const [x = 0, y1 = 0] = api.coord([api.value(0), api.value(1)]);
      const [, y2 = 0] = api.coord([api.value(0), api.value(2)]);
      return { type: 'line', shape: { x1: x, y1, x2: x, y2 }, style: { stroke: colour, lineWidth: 2, opacity: 0.6 } };
    },
  };
}
