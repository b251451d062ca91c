import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { percent } from '../numbers.js';
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

/** Fractions with their intervals, one below the other. */
export function whiskerChart(whiskers: readonly Whisker[], palette: Palette): Drawing {
  return {
    height: 46 + 30 * whiskers.length,
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 48, top: 8, bottom: 4, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'item',
        formatter: ({ dataIndex }: { readonly dataIndex: number }) => whiskerTooltip(whiskers[dataIndex]),
      },
      xAxis: {
        ...axisStyle(palette),
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: { color: palette.muted, fontSize: 11, formatter: (share: number) => `${Math.round(100 * share)} %` },
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
          data: whiskers.map(({ high, value }, index) => ({
            value: [high, index],
            label: { show: true, position: 'right', formatter: percent(value), color: palette.text, fontSize: 11 },
          })),
        },
      ],
    },
    summary: whiskers
      .map(({ name, value, low, high }) => `${name} ${percent(value)} (${percent(low)} to ${percent(high)})`)
      .join('; '),
    table: () => ({
      head: ['', 'accuracy', 'from', 'to'],
      rows: whiskers.map(({ name, value, low, high }) => [name, percent(value), percent(low), percent(high)]),
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

function whiskerTooltip(whisker: Whisker | undefined): HTMLElement | string {
  if (whisker === undefined) return '';
  const { name, colour, value, low, high } = whisker;
  return tooltipContent(name, [
    { colour, name: 'accuracy', value: `${percent(value)}  (${percent(low)} to ${percent(high)})` },
  ]);
}
