import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { number, percent } from '../numbers.js';
import type { Palette } from '../palette.js';
import type { Drawing } from './chart-card.js';
import { axisStyle, baseOption, tooltipContent, tooltipStyle } from './style.js';

/** What a policy costs and how often it is right, with the interval of the latter. */
export interface Offer {
  readonly name: string;
  readonly colour: string;
  readonly cost: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Accuracy over cost; the line joins what is not beaten by anything as cheap. */
export function costChart(offers: readonly Offer[], cost: string, palette: Palette): Drawing {
  const frontier = unbeaten(offers);
  return {
    option: {
      ...baseOption(palette),
      grid: { left: 8, right: 56, top: 20, bottom: 24, containLabel: true },
      tooltip: {
        ...tooltipStyle(palette),
        trigger: 'item',
        formatter: ({ dataIndex }: { readonly dataIndex: number }) => offerTooltip(offers[dataIndex], cost),
      },
      xAxis: { ...axisStyle(palette), type: 'value', min: 0, name: cost, nameLocation: 'middle', nameGap: 26 },
      yAxis: {
        ...axisStyle(palette),
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: { color: palette.muted, fontSize: 11, formatter: (share: number) => `${Math.round(100 * share)} %` },
      },
      series: [
        {
          type: 'scatter',
          symbolSize: 9,
          z: 3,
          labelLayout: { moveOverlap: 'shiftY' },
          data: offers.map((offer) => ({
            value: [offer.cost, offer.value],
            itemStyle: { color: offer.colour },
            label: {
              ...{ show: true, position: 'right', formatter: offer.name, color: palette.text, fontSize: 11 },
              // The line to the next one passes behind it.
              ...{ backgroundColor: palette.surface, padding: [1, 3] },
            },
          })),
        },
        {
          type: 'custom',
          silent: true,
          z: 2,
          encode: { x: 0, y: [1, 2] },
          data: offers.map((offer) => [offer.cost, offer.low, offer.high]),
          renderItem: (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
            const [x = 0, y1 = 0] = api.coord([api.value(0), api.value(1)]);
            const [, y2 = 0] = api.coord([api.value(0), api.value(2)]);
            const stroke = offers[params.dataIndexInside]?.colour ?? palette.text;
            return { type: 'line', shape: { x1: x, y1, x2: x, y2 }, style: { stroke, lineWidth: 2 } };
          },
        },
        {
          type: 'line',
          silent: true,
          z: 1,
          step: 'end',
          showSymbol: false,
          lineStyle: { color: palette.muted, type: 'dashed', width: 1 },
          data: frontier.map((offer) => [offer.cost, offer.value]),
        },
      ],
    },
    summary: `Not beaten by anything as cheap: ${frontier.map(({ name }) => name).join(', ')}`,
    table: () => ({
      head: ['policy', cost, 'accuracy', 'from', 'to'],
      rows: offers.map((offer) => [
        ...[offer.name, number(offer.cost), percent(offer.value), percent(offer.low), percent(offer.high)],
      ]),
    }),
  };
}

/** The offers that no other one equals or betters in accuracy at the same cost or less, by cost. */
export function unbeaten<Kind extends Pick<Offer, 'cost' | 'value'>>(offers: readonly Kind[]): Kind[] {
  const best: Kind[] = [];
  for (const offer of [...offers].sort((a, b) => a.cost - b.cost || b.value - a.value)) {
    if (offer.value > (best.at(-1)?.value ?? -Infinity)) best.push(offer);
  }
  return best;
}

function offerTooltip(offer: Offer | undefined, cost: string): HTMLElement | string {
  if (offer === undefined) return '';
  const { name, colour, value, low, high } = offer;
  return tooltipContent(name, [
    { colour, name: 'accuracy', value: `${percent(value)}  (${percent(low)} to ${percent(high)})` },
    { colour, name: cost, value: number(offer.cost) },
  ]);
}
