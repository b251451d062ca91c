import type { ContinualMatrix } from '../../report-data.js';
import { ChartCard, type Drawing } from '../charts/chart-card.js';
import { heatChart } from '../charts/heat-chart.js';
import { stepChart, type StepLine } from '../charts/step-chart.js';
import { furthest, methodsOf, type Method } from '../continual-methods.js';
import { forgettingBySteps, meanAccuracyBySteps } from '../continual-metrics.js';
import { spreadOf } from '../curves.js';
import { Choice, element, fill } from '../dom.js';
import { number, percent, points } from '../numbers.js';
import { colourAt, type Palette } from '../palette.js';
import type { Change, Store } from '../store.js';
import { resultTable } from './result-table.js';
import { cardGrid, sectionElement, type Section } from './section.js';

/** What became of earlier tasks while later ones were learned. */
export class Continual implements Section {
  readonly id = 'continual';
  readonly title = 'Continual learning';
  readonly element: HTMLElement;
  readonly #which: Choice;
  readonly #cards: readonly ChartCard[];
  readonly #tables = element('div', { class: 'tables single' });

  constructor(private readonly store: Store) {
    const redraw = () => this.#redraw();
    this.#which = new Choice('Method', redraw);
    const has = () => this.#methods.length > 0;
    this.#cards = [
      new ChartCard({
        title: 'Accuracy on each task after each step',
        note: 'In %, row by row as training goes on: what lies below and left of the diagonal should not fade.',
        has,
        draw: (palette, width) => this.#matrix(palette, width),
      }),
      new ChartCard({
        title: 'Each task over the steps',
        note: 'The same numbers as lines; with several seeds, with the 95 % interval of their mean.',
        height: 300,
        has,
        draw: (palette, width) => this.#tasks(palette, width),
      }),
      new ChartCard({
        title: 'Forgetting',
        note: 'How many points the tasks learned before have fallen from their best; lower is better.',
        height: 300,
        has: () => this.#methods.some(({ order }) => order !== 'joint'),
        draw: (palette, width) => this.#forgetting(palette, width),
      }),
      new ChartCard({
        title: 'Mean accuracy on all tasks',
        note: 'Those still to come included. The dashed line is training on all at once.',
        height: 300,
        has,
        draw: (palette, width) => this.#meanAccuracy(palette, width),
      }),
    ];
    this.element = sectionElement(
      this.id,
      this.title,
      'One planner, trained on one task after the other and tried on all of them after each.',
      element('div', { class: 'controls' }, this.#which.element),
      cardGrid(this.#cards, 'large'),
      this.#tables,
    );
  }

  update({ facts }: Change): boolean {
    if (facts) {
      this.#which.offer(this.#methods.map(({ name }, place) => [String(place), name]));
      const together = this.store.page.continual;
      const tables =
        together.length > 0 ? together : this.store.runs.flatMap(({ continual }) => continual?.tables ?? []);
      fill(this.#tables, ...tables.map(resultTable));
      this.#redraw();
    }
    return this.#methods.length > 0;
  }

  get #methods(): Method[] {
    return methodsOf(this.store.groups);
  }

  get #chosen(): Method {
    return this.#methods[Number(this.#which.value || 0)] as Method;
  }

  #redraw(): void {
    for (const card of this.#cards) card.refresh();
  }

  #matrix(palette: Palette, width: number): Drawing {
    const { matrices } = this.#chosen;
    const { after, tasks } = longest(matrices);
    const cells = after.map((_, step) =>
      tasks.map((__, task) => {
        const values = matrices.flatMap(({ accuracies }) => accuracies[step]?.[task] ?? []);
        if (values.length === 0) return { value: null, text: '–', details: 'not measured' };
        const { mean, low, high } = spreadOf(values, 'interval');
        const margin = values.length > 1 ? `± ${(50 * (high - low)).toFixed(1)}` : undefined;
        const details = `${percent(mean)}${margin === undefined ? '' : ` ${margin}`}`;
        return { value: mean, text: (100 * mean).toFixed(1), margin, details };
      }),
    );
    const rows = after.map(stepName);
    return heatChart({ axes: ['after', 'on'], rows, columns: tasks, cells, scale: 'share' }, palette, width);
  }

  #tasks(palette: Palette, width: number): Drawing {
    const { matrices } = this.#chosen;
    const { after, tasks } = longest(matrices);
    const lines = tasks.map((name, task) => ({
      ...{ name, colour: colourAt(palette.series, task) },
      values: spreads(matrices.map(({ accuracies }) => accuracies.map((row) => row[task] ?? null))),
    }));
    return stepChart({ steps: after.map(stepName), lines, ...accuracyAxis }, palette, width);
  }

  #meanAccuracy(palette: Palette, width: number): Drawing {
    const steps = this.#steps;
    const lines = this.#methods.map((method, place) => {
      const { name, order } = method;
      const isReference = order === 'joint' && steps.length > 2;
      const own = spreads(furthest(method).map(meanAccuracyBySteps));
      const values = isReference ? steps.map((_, step) => (step === 0 ? null : (own.at(-1) ?? null))) : own;
      return { name, isReference, colour: colourAt(palette.series, place), values };
    });
    return stepChart({ steps, lines, ...accuracyAxis }, palette, width);
  }

  /** From the second task on: before, there is nothing to forget. */
  #forgetting(palette: Palette, width: number): Drawing {
    const lines = this.#methods.flatMap(({ name, order, matrices }, place) => {
      const values = spreads(matrices.map(forgettingBySteps)).slice(2);
      return order === 'joint' ? [] : [{ name, colour: colourAt(palette.series, place), values }];
    });
    const writeShort = (fall: number) => number(100 * fall);
    const write = (fall: number) => `${points(fall)} points`;
    return stepChart({ steps: this.#steps.slice(2), lines, write, writeShort }, palette, width);
  }

  /** Those of the method with the most. */
  get #steps(): string[] {
    return longest(this.#methods.flatMap(({ matrices }) => matrices)).after.map(stepName);
  }
}

const accuracyAxis = {
  range: [0, 1],
  write: percent,
  writeShort: (share: number) => `${Math.round(100 * share)} %`,
} as const;

function longest(matrices: readonly ContinualMatrix[]): ContinualMatrix {
  return matrices.reduce((most, matrix) => (matrix.after.length > most.after.length ? matrix : most));
}

function stepName(after: string | null): string {
  return after ?? 'nothing';
}

/** Step by step the mean of the seeds and its interval. */
function spreads(seeds: readonly (readonly (number | null)[])[]): StepLine['values'] {
  const steps = Math.max(0, ...seeds.map(({ length }) => length));
  return Array.from({ length: steps }, (_, step) => {
    const values = seeds.flatMap((seed) => seed[step] ?? []);
    return values.length === 0 ? null : spreadOf(values, 'interval');
  });
}
