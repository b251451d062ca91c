import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import { mixed, readableOn } from './colours.js';
import type { Option } from './echarts.js';
import { axisStyle, baseOption, categoryLabel, tooltipContent, tooltipStyle } from './style.js';

export interface HeatCell {
  /** `null` where nothing was measured. */
  readonly value: number | null;
  /** Stands in the cell. */
  readonly text: string;
  /** Stands below it, smaller. */
  readonly margin?: string;
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
export function heatChart(
  { axes, rows, columns, cells, scale }: HeatChartOptions,
  palette: Palette,
  width: number,
): Drawing {
  const flat = cells.flatMap((row, y) => row.map((cell, x) => ({ ...cell, x, y })));
  const largest = Math.max(1e-9, ...flat.map(({ value }) => Math.abs(value ?? 0)));
  const most = scale === 'share' ? 1 : largest;
  const category = (names: readonly string[], room: number): Option => ({
    ...axisStyle(palette),
    ...{ type: 'category', data: [...names], splitLine: { show: false }, axisLine: { show: false } },
    axisLabel: categoryLabel(room, palette.text),
  });
  const rowRoom = Math.min(110, 0.25 * width);
  const columnRoom = (width - rowRoom - 30) / Math.max(1, columns.length) - 6;
  return {
    height: 50 + rowHeight * rows.length,
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
      xAxis: category(columns, columnRoom),
      yAxis: { ...category(rows, rowRoom), inverse: true },
      series: [
        {
          type: 'custom',
          data: flat.map(({ x, y }) => [x, y]),
          renderItem: ({ dataIndex }: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) =>
            cellShape(api, flat[dataIndex] as HeatCell, cellColours(flat[dataIndex]?.value ?? null, most, palette)),
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
  const fill = mixed(palette.surface, end, 0.9 * amount);
  return { fill, text: readableOn(fill, [palette.text, palette.accentText]) };
}

/** The rectangle of a cell with its number and how sure that is. */
function cellShape(api: CustomSeriesRenderItemAPI, cell: HeatCell, { fill, text: colour }: CellColours): Option {
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
          ...{ text: `{value|${cell.text}}${cell.margin === undefined ? '' : `\n{margin|${cell.margin}}`}`, x, y },
          ...{ align: 'center', verticalAlign: 'middle', fill: colour },
          rich: {
            value: { fill: colour, font: '600 12px system-ui, sans-serif', lineHeight: 15 },
            margin: { fill: colour, font: '11px system-ui, sans-serif', lineHeight: 15 },
          },
        },
      },
    ],
  };
}
