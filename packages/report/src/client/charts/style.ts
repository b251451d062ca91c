import { element } from '../dom.js';
import type { Palette } from '../palette.js';
import type { Option } from './echarts.js';

/** What all charts have in common. */
export function baseOption(palette: Palette): Option {
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: palette.text },
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
  };
}

export function axisStyle(palette: Palette): Option {
  return {
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: { color: palette.muted, fontSize: 11 },
    splitLine: { lineStyle: { color: palette.line, width: 1, opacity: 0.6 } },
    nameTextStyle: { color: palette.muted, fontSize: 11 },
  };
}

/** Pixels of a letter of an axis label, roughly. */
const letterWidth = 6.2;

/** Every name of a category in the room that it has, broken between words where it can be. */
export function categoryLabel(room: number, colour: string): Option {
  return {
    ...{ color: colour, fontSize: 11, lineHeight: 13, interval: 0, overflow: 'break', width: room },
    formatter: (name: string) => linesOf(name, Math.max(1, Math.floor(room / letterWidth))).join('\n'),
  };
}

/** @param most letters of a line. */
export function linesOf(name: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of name.split(/(?<=[-/+ ])/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.trimEnd().length <= most) lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  return lines.map((line) => line.trimEnd());
}

export function tooltipStyle(palette: Palette): Option {
  return {
    backgroundColor: palette.surface,
    borderColor: palette.line,
    textStyle: { color: palette.text, fontSize: 12 },
    confine: true,
    transitionDuration: 0,
  };
}

/** The content of a tooltip: a title and, under it, a name and a value each. */
export function tooltipContent(
  title: string,
  rows: readonly { readonly colour: string; readonly name: string; readonly value: string }[],
): HTMLElement {
  return element(
    'div',
    { class: 'tooltip' },
    element('strong', {}, title),
    ...rows.map(({ colour, name, value }) => {
      const dot = element('i', { class: 'dot' });
      dot.style.background = colour;
      return element('div', {}, dot, element('span', {}, name), element('b', {}, value));
    }),
  );
}
