/** How numbers are written: the more digits the smaller they are, a true minus, and a dash for what is not there. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return signed(value.toExponential(1));
  return signed(size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : String(Number(value.toFixed(3))));
}

/** A fraction in percent with one digit. */
export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${signed((100 * value).toFixed(1))} %`;
}

/** A difference of fractions in points. */
export function points(value: number): string {
  return `${value > 0 ? '+' : ''}${signed((100 * value).toFixed(1))}`;
}

export function pValue(value: number): string {
  return value < 0.001 ? 'p\u00a0<\u00a00.001' : `p\u00a0=\u00a0${value.toFixed(3)}`;
}

export function seconds(value: number): string {
  if (value < 120) return `${number(value)} s`;
  return value < 7200 ? `${(value / 60).toFixed(1)} min` : `${(value / 3600).toFixed(1)} h`;
}

/** How many weights a model has, e.g. `0.16M`, `7.0B`. */
export function parametersText(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)}B`;
  return `${(count / 1e6).toFixed(count < 1e6 ? 2 : 1)}M`;
}

function signed(text: string): string {
  return text.replace('-', '−');
}
