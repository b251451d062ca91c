import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import type { Option } from './echarts.js';
import { axisStyle, baseOption, tooltipContent, tooltipStyle } from './style.js';

/** A fraction with its interval. */
export interface Whisker {
  readonly name: string;
  readonly colour: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface WhiskerChartOptions {
  readonly whiskers: readonly Whisker[];
  /** What is measured, for tooltip and table. */
  readonly what: string;
  readonly write: (value: number) => string;
  /** Ends of the axis; else what is there. */
  readonly range?: readonly [number, number];
}

/** Values with their intervals, one below the other. */
export function whiskerChart({ whiskers, what, write, range }: WhiskerChartOptions, palette: Palette): Drawing {
  const interval = ({ value, low, high }: Whisker) => `${write(value)}  (${write(low)} to ${write(high)})`;
  return {
    height: 46 + 30 * whiskers.length,
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 48, top: 8, bottom: 4, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'item',
        formatter: ({ dataIndex }: { readonly dataIndex: number }) =>
          tooltipContent(
            whiskers[dataIndex]?.name ?? '',
            whiskers.slice(dataIndex, dataIndex + 1).map((each) => ({ ...each, name: what, value: interval(each) })),
          ),
      },
      xAxis: {
        ...axisStyle(palette),
        type: 'value',
        ...(range && { min: range[0], max: range[1] }),
        axisLabel: {
          color: palette.muted,
          fontSize: 11,
          formatter: (share: number) => String(Math.round(100 * share)).replace('-', '−'),
        },
      },
      yAxis: {
        ...axisStyle(palette),
        type: 'category',
        inverse: true,
        data: whiskers.map(({ name }) => name),
        axisLabel: { color: palette.text, fontSize: 12 },
        splitLine: { show: false },
      },
      series: [
        {
          type: 'bar',
          barWidth: 14,
          data: whiskers.map(({ value, colour }) => ({
            value,
            itemStyle: { color: colour, opacity: 0.85, borderRadius: [0, 3, 3, 0] },
          })),
        },
        {
          type: 'custom',
          silent: true,
          z: 3,
          encode: { x: [1, 2], y: 0 },
          data: whiskers.map(({ low, high }, index) => [index, low, high]),
          renderItem: (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => whiskerShape(api, palette),
        },
        {
          type: 'scatter',
          silent: true,
          symbolSize: 1,
          // Beyond the interval's end, away from the bar.
          data: whiskers.map(({ low, high, value }, index) => ({
            value: [value < 0 ? low : high, index],
            label: {
              ...{ show: true, position: value < 0 ? 'left' : 'right', formatter: write(value) },
              ...{ color: palette.text, fontSize: 11 },
            },
          })),
        },
      ],
    },
    summary: whiskers.map((each) => `${each.name} ${interval(each)}`).join('; '),
    table: () => ({
      head: ['', what, 'from', 'to'],
      rows: whiskers.map(({ name, value, low, high }) => [name, write(value), write(low), write(high)]),
    }),
  };
}

/** A line from one end of the interval to the other, with a cap at each. */
function whiskerShape(api: CustomSeriesRenderItemAPI, palette: Palette): Option {
  const [left = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
  const [right = 0] = api.coord([api.value(2), api.value(0)]);
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: palette.text, lineWidth: 1.5 },
  });
  return {
    type: 'group',
    children: [line(left, y, right, y), line(left, y - 4, left, y + 4), line(right, y - 4, right, y + 4)],
  };
}
