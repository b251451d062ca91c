import type { ContinualMatrix, RunData } from '../../report-data.js';
import { ChartCard, type Drawing } from '../charts/chart-card.js';
import { heatChart } from '../charts/heat-chart.js';
import { stepChart, type StepLine } from '../charts/step-chart.js';
import { forgettingBySteps, meanAccuracyBySteps } from '../continual-metrics.js';
import { spreadOf } from '../curves.js';
import { Choice, element } from '../dom.js';
import { groupName } from '../groups.js';
import { percent } from '../numbers.js';
import { colourAt, type Palette } from '../palette.js';
import type { Change, Store } from '../store.js';
import { cardGrid, sectionElement, type Section } from './section.js';

/** Runs of one method, each with its matrix. */
interface Method {
  readonly name: string;
  readonly matrices: readonly ContinualMatrix[];
}

/** What became of earlier tasks while later ones were learned. */
export class Continual implements Section {
  readonly id = 'continual';
  readonly title = 'Continual learning';
  readonly element: HTMLElement;
  readonly #which: Choice;
  readonly #cards: readonly ChartCard[];

  constructor(private readonly store: Store) {
    const redraw = () => this.#redraw();
    this.#which = new Choice('Method', redraw);
    const has = () => this.#methods.length > 0;
    this.#cards = [
      new ChartCard({
        title: 'Accuracy on each task after each step',
        note: 'Row by row as training goes on: what lies below and left of the diagonal should not fade.',
        has,
        draw: (palette) => this.#matrix(palette),
      }),
      new ChartCard({
        title: 'Each task over the steps',
        note: 'The same numbers as lines; with several seeds, with the 95 % interval of their mean.',
        height: 300,
        has,
        draw: (palette) => this.#tasks(palette),
      }),
      new ChartCard({
        title: 'Forgetting',
        note: 'How far the tasks learned before have fallen from their best; lower is better.',
        has,
        draw: (palette) => this.#byMethod(forgettingBySteps, palette),
      }),
      new ChartCard({
        title: 'Mean accuracy on all tasks',
        note: 'Those still to come included.',
        has,
        draw: (palette) => this.#byMethod(meanAccuracyBySteps, palette),
      }),
    ];
    this.element = sectionElement(
      this.id,
      this.title,
      'One planner, trained on one task after the other and tried on all of them after each.',
      element('div', { class: 'controls' }, this.#which.element),
      cardGrid(this.#cards, 'large'),
    );
  }

  update({ facts }: Change): boolean {
    if (facts) {
      this.#which.offer(this.#methods.map(({ name }, place) => [String(place), name]));
      this.#redraw();
    }
    return this.#methods.length > 0;
  }

  get #methods(): Method[] {
    return this.store.groups.flatMap((runs) => {
      const matrices = runs.flatMap(({ continual }) => continual ?? []);
      return matrices.length === 0 ? [] : [{ name: methodName(runs, matrices[0] as ContinualMatrix), matrices }];
    });
  }

  get #chosen(): Method {
    return this.#methods[Number(this.#which.value || 0)] as Method;
  }

  #redraw(): void {
    for (const card of this.#cards) card.refresh();
  }

  #matrix(palette: Palette): Drawing {
    const { matrices } = this.#chosen;
    const [first] = matrices as [ContinualMatrix, ...ContinualMatrix[]];
    const cells = first.after.map((_, step) =>
      first.tasks.map((__, task) => {
        const values = matrices.flatMap(({ accuracies }) => accuracies[step]?.[task] ?? []);
        if (values.length === 0) return { value: null, text: '', details: 'not measured' };
        const { mean, low, high } = spreadOf(values, 'interval');
        const margin = values.length > 1 ? ` ± ${(50 * (high - low)).toFixed(1)}` : '';
        return { value: mean, text: `${(100 * mean).toFixed(1)}${margin}`, details: `${percent(mean)}${margin}` };
      }),
    );
    const rows = first.after.map(stepName);
    return heatChart({ axes: ['after', 'on'], rows, columns: first.tasks, cells, scale: 'share' }, palette);
  }

  #tasks(palette: Palette): Drawing {
    const { matrices } = this.#chosen;
    const [first] = matrices as [ContinualMatrix, ...ContinualMatrix[]];
    const lines = first.tasks.map((name, task) => ({
      ...{ name, colour: colourAt(palette.series, task) },
      values: spreads(matrices.map(({ accuracies }) => accuracies.map((row) => row[task] ?? null))),
    }));
    return stepChart({ steps: first.after.map(stepName), lines, range: [0, 1] }, palette);
  }

  #byMethod(of: (matrix: ContinualMatrix) => (number | null)[], palette: Palette): Drawing {
    const lines = this.#methods.map(({ name, matrices }, place) => ({
      ...{ name, colour: colourAt(palette.series, place) },
      values: spreads(matrices.map(of)),
    }));
    const longest = this.#methods
      .map(({ matrices }) => matrices[0]?.after ?? [])
      .sort((a, b) => b.length - a.length)[0];
    return stepChart({ steps: (longest ?? []).map(stepName), lines }, palette);
  }
}

function methodName(runs: readonly RunData[], { order, method }: ContinualMatrix): string {
  return `${method}, ${order} (${groupName(runs)})`;
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
