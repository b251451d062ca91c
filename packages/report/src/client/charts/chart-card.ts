import { element, fill } from '../dom.js';
import { currentPalette, type Palette } from '../palette.js';
import { onTheme } from '../theme.js';
import { openChart, type Chart, type Option } from './echarts.js';
import { dataTable, type Table } from './data-table.js';

/** A chart and, for those who do not see it, what it says in a sentence and its numbers as a table. */
export interface Drawing {
  readonly option: Option;
  readonly summary: string;
  readonly table: () => Table;
  /** What can be shown and hidden, where there is more than one thing. */
  readonly legend?: readonly LegendEntry[];
  /** In pixels, where it depends on what is drawn. */
  readonly height?: number;
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

export interface CardOptions {
  readonly title: string;
  /** How to read it: a sentence. */
  readonly note: string;
  readonly controls?: readonly Node[];
  readonly wide?: boolean;
  /** Height of the chart in pixels; 260 by default. */
  readonly height?: number;
  /** Whether there is anything to draw, told without drawing it; a card that has nothing is hidden. */
  readonly has: () => boolean;
  /** @param width in pixels. */
  readonly draw: (palette: Palette, width: number) => Drawing;
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) cards.get(target)?.show();
  },
  { rootMargin: '300px' },
);
const cards = new WeakMap<Element, ChartCard>();
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) cards.get(target)?.resize();
});

/** A chart in its frame. It is drawn when it first comes near the window, so that a page opens at once. */
export class ChartCard {
  readonly element: HTMLElement;
  readonly #container: HTMLElement;
  readonly #table: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #legend = element('ul', { class: 'legend', 'aria-label': 'Shown in the chart' });
  readonly #off = new Set<string>();
  #chart: Chart | null = null;
  #isNear = false;
  #drawnWidth = 0;

  constructor(private readonly options: CardOptions) {
    const { title, note, controls = [], wide = false, height = 260 } = options;
    this.#container = element('div', { class: 'chart', role: 'img' });
    this.#container.style.height = `${height}px`;
    this.#table = element('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': `${title}: numbers` });
    this.#details = element(
      'details',
      { class: 'numbers', toggle: () => this.#fillTable() },
      element('summary', {}, 'Numbers as a table'),
      this.#table,
    );
    this.element = element(
      'figure',
      { class: wide ? 'card wide' : 'card' },
      element('figcaption', {}, element('h3', {}, title), element('p', { class: 'note' }, note)),
      controls.length > 0 && element('div', { class: 'controls' }, ...controls),
      this.#legend,
      this.#container,
      this.#details,
    );
    cards.set(this.#container, this);
    seen.observe(this.#container);
    sizes.observe(this.#container);
    onTheme(() => this.refresh());
    this.element.hidden = !options.has();
  }

  /** Draws again what may have changed. */
  refresh(): void {
    const { has, draw, title } = this.options;
    this.element.hidden = !has();
    if (this.element.hidden || !this.#isNear) return;
    const drawing = draw(currentPalette(), this.#container.clientWidth);
    this.#drawnWidth = this.#container.clientWidth;
    if (drawing.height !== undefined) this.#container.style.height = `${drawing.height}px`;
    this.#container.setAttribute('aria-label', `${title}. ${drawing.summary}`);
    this.#chart ??= openChart(this.#container);
    this.#drawLegend(drawing.legend ?? []);
    const selected = Object.fromEntries([...this.#off].map((name) => [name, false]));
    this.#chart.setOption({ ...drawing.option, legend: { show: false, selected } }, { notMerge: true });
    if (drawing.height !== undefined) this.#chart.resize();
    this.#fillTable();
  }

  show(): void {
    if (this.#isNear) return;
    this.#isNear = true;
    seen.unobserve(this.#container);
    this.refresh();
  }

  resize(): void {
    if (this.#chart === null || this.#container.clientWidth === this.#drawnWidth) return;
    this.refresh();
    this.#chart.resize();
  }

  #drawLegend(entries: readonly LegendEntry[]): void {
    this.#legend.hidden = entries.length < 2;
    fill(this.#legend, ...entries.map((entry) => element('li', {}, this.#legendButton(entry))));
  }

  #legendButton({ name, colour }: LegendEntry): HTMLButtonElement {
    const swatch = element('i', { class: 'dot' });
    swatch.style.background = colour;
    const toggle = () => {
      if (!this.#off.delete(name)) this.#off.add(name);
      button.setAttribute('aria-pressed', String(!this.#off.has(name)));
      this.#chart?.dispatchAction({ type: 'legendToggleSelect', name });
    };
    const pressed = String(!this.#off.has(name));
    const button = element('button', { type: 'button', 'aria-pressed': pressed, click: toggle }, swatch, name);
    return button;
  }

  #fillTable(): void {
    if (this.#details.open) fill(this.#table, dataTable(this.options.draw(currentPalette(), this.#drawnWidth).table()));
  }
}
