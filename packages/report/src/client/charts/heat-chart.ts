import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import type { Option } from './echarts.js';
import { axisStyle, baseOption, tooltipContent, tooltipStyle } from './style.js';

export interface HeatCell {
  /** `null` where nothing was measured. */
  readonly value: number | null;
  /** Stands in the cell. */
  readonly text: string;
  /** Stands in the tooltip. */
  readonly details: string;
}

export interface HeatChartOptions {
  /** What rows and columns are. */
  readonly axes: readonly [rows: string, columns: string];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly HeatCell[])[];
  /** `share`: the strongest colour is 1; `difference`: it is the largest difference, losses in another colour. */
  readonly scale: 'share' | 'difference';
}

/** Pixels of a row. */
const rowHeight = 42;

/** A matrix, the higher the stronger the colour; every cell has its number in it. */
export function heatChart({ axes, rows, columns, cells, scale }: HeatChartOptions, palette: Palette): Drawing {
  const flat = cells.flatMap((row, y) => row.map((cell, x) => ({ ...cell, x, y })));
  const largest = Math.max(1e-9, ...flat.map(({ value }) => Math.abs(value ?? 0)));
  const most = scale === 'share' ? 1 : largest;
  const category = (names: readonly string[]): Option => ({
    ...axisStyle(palette),
    ...{ type: 'category', data: [...names], splitLine: { show: false }, axisLine: { show: false } },
    axisLabel: { color: palette.text, fontSize: 11, interval: 0, overflow: 'break', width: 110 },
  });
  return {
    height: 40 + rowHeight * rows.length,
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 8, top: 4, bottom: 8, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'item',
        formatter: ({ dataIndex }: { readonly dataIndex: number }) => {
          const cell = flat[dataIndex];
          if (cell === undefined) return '';
          const place = { colour: 'transparent', name: `${axes[1]} ${columns[cell.x]}`, value: cell.details };
          return tooltipContent(`${axes[0]} ${rows[cell.y]}`, [place]);
        },
      },
      xAxis: category(columns),
      yAxis: { ...category(rows), inverse: true },
      series: [
        {
          type: 'custom',
          data: flat.map(({ x, y }) => [x, y]),
          renderItem: ({ dataIndex }: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) =>
            cellShape(api, flat[dataIndex]?.text ?? '', cellColours(flat[dataIndex]?.value ?? null, most, palette)),
        },
      ],
    },
    summary: flat.map(({ x, y, details }) => `${rows[y]}, ${columns[x]}: ${details}`).join('; '),
    table: () => ({
      head: [axes[0], ...columns],
      rows: rows.map((name, y) => [name, ...(cells[y] ?? []).map(({ details }) => details)]),
    }),
  };
}

interface CellColours {
  readonly fill: string;
  readonly text: string;
}

/** @param most value of the strongest colour. */
function cellColours(value: number | null, most: number, palette: Palette): CellColours {
  if (value === null) return { fill: palette.surface, text: palette.muted };
  const end = value < 0 ? palette.bad : palette.accent;
  const amount = Math.min(1, Math.abs(value) / most);
  return { fill: mixed(palette.surface, end, 0.9 * amount), text: amount > 0.6 ? palette.accentText : palette.text };
}

/** The rectangle of a cell with its number. */
function cellShape(api: CustomSeriesRenderItemAPI, text: string, { fill, text: colour }: CellColours): Option {
  const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
  const size = api.size?.([1, 1]) ?? [0, 0];
  const [width = 0, height = 0] = Array.isArray(size) ? size : [size, size];
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 4 },
        style: { fill },
      },
      {
        type: 'text',
        silent: true,
        style: {
          text,
          x,
          y,
          align: 'center',
          verticalAlign: 'middle',
          fill: colour,
          font: '12px system-ui, sans-serif',
        },
      },
    ],
  };
}

/** Colours are `#rrggbb`. */
function mixed(from: string, to: string, amount: number): string {
  const channels = (colour: string) => [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16));
  const [start, end] = [channels(from), channels(to)];
  const parts = start.map((value, place) => Math.round(value + amount * ((end[place] ?? value) - value)));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
