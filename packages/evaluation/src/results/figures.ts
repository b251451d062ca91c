/** How numbers stand in tables. */
import type { Comparison, ResultRow } from './schema.js';

interface Ends {
  readonly ciLow: number;
  readonly ciHigh: number;
}

export function accuracyText(row: ResultRow | undefined): string {
  return row === undefined ? '–' : `${percent(row.accuracy)} ${margin(row)}`;
}

/** Starred where it is significant after Holm's adjustment. */
export function differenceText(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '–';
  const mark = (comparison.pHolm ?? comparison.pMcNemar) < 0.05 ? '*' : '';
  return `${signed(100 * comparison.difference, 1)} ${margin(comparison)}${mark}`;
}

/** Half the width of an interval, in points. */
export function margin({ ciLow, ciHigh }: Ends): string {
  return `± ${percent((ciHigh - ciLow) / 2)}`;
}

/** An interval in points, which need not lie evenly about its estimate. */
export function rangeText({ ciLow, ciHigh }: Ends): string {
  return `${percent(ciLow)}, ${percent(ciHigh)}`;
}

export function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

export function signed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return '–';
  const text = value.toFixed(digits);
  // What rounds to nothing has no sign.
  return Number(text) === 0 ? text.replace('-', '') : `${value < 0 ? '' : '+'}${text}`;
}

export function probability(p: number | undefined): string {
  if (p === undefined) return '–';
  return p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, '');
}

export function millions(parameters: number): string {
  return `${(parameters / 1e6).toPrecision(2)}M`;
}
