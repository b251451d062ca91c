/** Colours are `#rrggbb`. */
export function mixed(from: string, to: string, amount: number): string {
  const [start, end] = [channels(from), channels(to)];
  const parts = start.map((value, place) => Math.round(value + amount * ((end[place] ?? value) - value)));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The one of these colours that is read best on a ground. */
export function readableOn(ground: string, colours: readonly [string, ...string[]]): string {
  return colours.reduce((best, colour) => (contrast(colour, ground) > contrast(best, ground) ? colour : best));
}

/** From 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16));
}
