/** The colours of the theme that is shown now, for what CSS cannot reach: the charts. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  /** What is read on the accent. */
  readonly accentText: string;
  readonly good: string;
  readonly bad: string;
  readonly series: readonly string[];
  readonly strategies: readonly string[];
}

const count = 9;

export function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const numbered = (name: string) => Array.from({ length: count }, (_, index) => colour(`${name}-${index}`));
  return {
    text: colour('text'),
    muted: colour('muted'),
    line: colour('line'),
    surface: colour('surface'),
    accent: colour('accent'),
    accentText: colour('accent-text'),
    good: colour('good'),
    bad: colour('bad'),
    series: numbered('series'),
    strategies: numbered('strategy'),
  };
}

/** The colour at a place, from the beginning again after the last. */
export function colourAt(colours: readonly string[], place: number): string {
  return colours[place % colours.length] ?? 'currentColor';
}
