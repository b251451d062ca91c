import { percent } from '../numbers.js';
import { colourAt, type Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import { axisStyle, baseOption, tooltipContent, tooltipStyle } from './style.js';

/** Shares that add up to the whole, one stack a category. */
export interface StackChartOptions {
  /** What a category is, for the table. */
  readonly axis: string;
  readonly categories: readonly string[];
  /** Per category, said of it in the tooltip, e.g. how many decisions it rests on. */
  readonly remarks?: readonly string[];
  readonly parts: readonly {
    readonly name: string;
    /** Place of its colour among those of the strategies. */
    readonly place: number;
    readonly shares: readonly number[];
  }[];
  /** `area` over a course, `columns` and `bars` for kinds. */
  readonly shape: 'area' | 'columns' | 'bars';
}

export function stackChart({ axis, categories, remarks, parts, shape }: StackChartOptions, palette: Palette): Drawing {
  const shown = parts.filter(({ shares }) => shares.some((share) => share > 0));
  const names = {
    ...axisStyle(palette),
    type: 'category',
    data: [...categories],
    boundaryGap: shape !== 'area',
    inverse: shape === 'bars',
    splitLine: { show: false },
  };
  const shares = {
    ...axisStyle(palette),
    type: 'value',
    min: 0,
    max: 1,
    axisLabel: { color: palette.muted, fontSize: 11, formatter: (share: number) => `${Math.round(100 * share)} %` },
  };
  const colour = (place: number) => colourAt(palette.strategies, place);
  return {
    ...(shape === 'bars' && { height: 46 + 26 * categories.length }),
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 20, top: 12, bottom: 8, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'axis',
        axisPointer: { type: shape === 'area' ? 'line' : 'shadow' },
        formatter: (hovered: readonly { readonly dataIndex: number }[]) => {
          const index = hovered[0]?.dataIndex ?? 0;
          const rows = shown
            .map(({ name, place, shares: own }) => ({ name, colour: colour(place), share: own[index] ?? 0 }))
            .filter(({ share }) => share > 0)
            .sort((a, b) => b.share - a.share);
          const title = [categories[index], remarks?.[index]].filter(Boolean).join(' · ');
          return tooltipContent(
            title,
            rows.map((row) => ({ ...row, value: percent(row.share) })),
          );
        },
      },
      xAxis: shape === 'bars' ? shares : names,
      yAxis: shape === 'bars' ? names : shares,
      series: shown.map(({ name, place, shares: own }) => ({
        type: shape === 'area' ? 'line' : 'bar',
        name,
        stack: 'all',
        data: [...own],
        itemStyle: { color: colour(place) },
        emphasis: { focus: 'series' },
        ...(shape === 'area'
          ? { showSymbol: false, lineStyle: { width: 0 }, areaStyle: { color: colour(place), opacity: 0.9 } }
          : { barCategoryGap: '18%', barMaxWidth: 44 }),
      })),
    },
    legend: shown.map(({ name, place }) => ({ name, colour: colour(place) })),
    summary: shown.map(({ name, shares: own }) => `${name} ${percent(meanOf(own))} on average`).join('; '),
    table: () => ({
      head: [axis, ...shown.map(({ name }) => name)],
      rows: categories.map((category, index) => [category, ...shown.map((part) => part.shares[index] ?? null)]),
    }),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
