import { ChartCard } from '../charts/chart-card.js';
import { heatChart, type HeatCell } from '../charts/heat-chart.js';
import type { TransferMatrix } from '../../report-data.js';
import { Choice, element } from '../dom.js';
import { parametersText, percent, points, pValue } from '../numbers.js';
import { suitesOf, suiteTitle } from '../results-view.js';
import type { Change, Store } from '../store.js';
import { cardGrid, sectionElement, type Section } from './section.js';

type Difference = TransferMatrix['comparisons'][number];

/** Which planners help which followers. */
export class TransferSection implements Section {
  readonly id = 'transfer';
  readonly title = 'Transfer';
  readonly element: HTMLElement;
  readonly #folder: Choice;
  readonly #suite: Choice;
  readonly #baseline: Choice;
  readonly #cards: readonly ChartCard[];

  constructor(private readonly store: Store) {
    const redraw = () => this.#redraw();
    this.#folder = new Choice('Of', () => this.update({ points: false, episodes: false, facts: true }));
    this.#suite = new Choice('Suite', redraw);
    this.#baseline = new Choice('Against', redraw);
    const has = () => this.#matrix !== null;
    this.#cards = [
      new ChartCard({
        title: 'What each planner adds',
        note: 'Points over the baseline on the same problems, ± the interval; * p < 0.05 after Holm over the whole matrix; ° the model it was trained with. The stronger the colour, the more; losses are red.',
        has,
        wide: true,
        draw: (palette, width) =>
          heatChart(
            { ...this.#grid(this.#planners, (...at) => this.#difference(...at)), scale: 'difference' },
            palette,
            width,
          ),
      }),
      new ChartCard({
        title: 'Accuracy',
        note: 'In %, ± the interval, of every planner and baseline with every follower; the stronger the colour, the more.',
        has,
        wide: true,
        draw: (palette, width) => {
          const rows = [...this.#planners, ...this.#baselines];
          return heatChart({ ...this.#grid(rows, (...at) => this.#accuracy(...at)), scale: 'share' }, palette, width);
        },
      }),
    ];
    this.element = sectionElement(
      this.id,
      this.title,
      'Planners with followers, those that they never saw among them.',
      element('div', { class: 'controls' }, this.#folder.element, this.#suite.element, this.#baseline.element),
      cardGrid(this.#cards),
    );
  }

  update({ facts }: Change): boolean {
    const tried = this.store.runs.flatMap((run, place) => (run.transfer === null ? [] : [{ run, place }]));
    if (facts) {
      this.#folder.offer(tried.map(({ run, place }) => [String(place), run.name]));
      const { rows = [], planners = [], comparisons = [] } = this.#matrix ?? {};
      this.#suite.offer(suitesOf(rows).map((suite) => [suite, suiteTitle(suite)]));
      const led = comparisons.filter(({ policy }) => planners.some(({ name }) => name === policy));
      this.#baseline.offer([...new Set(led.map(({ baseline }) => baseline))].map((name) => [name, name]));
      this.#redraw();
    }
    return tried.length > 0;
  }

  get #matrix(): TransferMatrix | null {
    return this.store.runs[Number(this.#folder.value || -1)]?.transfer ?? null;
  }

  #redraw(): void {
    for (const card of this.#cards) card.refresh();
  }

  get #planners(): readonly Row[] {
    return this.#matrix?.planners ?? [];
  }

  get #baselines(): readonly Row[] {
    const names = new Set(this.#matrix?.rows.map(({ policy }) => policy));
    for (const { name } of this.#planners) names.delete(name);
    return [...names].map((name) => ({ name, trainedOn: null }));
  }

  #grid(rows: readonly Row[], cell: (policy: string, follower: string) => HeatCell) {
    const { followers } = this.#matrix as TransferMatrix;
    const native = (model: string, trainedOn: string | null) => (model === trainedOn ? '°' : '');
    return {
      axes: ['planner', 'with'] as const,
      rows: rows.map(({ name }) => name),
      columns: followers.map(({ name, parameters }) =>
        parameters === null ? name : `${name} (${parametersText(parameters)})`,
      ),
      cells: rows.map(({ name, trainedOn }) =>
        followers.map((follower) => {
          const found = cell(name, follower.name);
          return { ...found, text: `${found.text}${native(follower.model, trainedOn)}` };
        }),
      ),
    };
  }

  #difference(planner: string, follower: string): HeatCell {
    const found = this.#matrix?.comparisons.find(
      (each) =>
        each.policy === planner &&
        each.follower === follower &&
        each.baselineFollower === undefined &&
        each.baseline === this.#baseline.value &&
        each.suite === this.#suite.value,
    );
    if (found === undefined) return notMeasured;
    const { difference, pHolm, pMcNemar } = found;
    const text = `${points(difference)}${(pHolm ?? pMcNemar) < 0.05 ? '*' : ''}`;
    return { value: difference, text, margin: marginText(found), details: described(found) };
  }

  #accuracy(policy: string, follower: string): HeatCell {
    const row = this.#matrix?.rows.find(
      (each) => each.policy === policy && each.follower === follower && each.suite === this.#suite.value,
    );
    if (row === undefined) return notMeasured;
    const { accuracy, ciLow, ciHigh } = row;
    const details = `${percent(accuracy)} (${percent(ciLow)} to ${percent(ciHigh)})`;
    return { value: accuracy, text: (100 * accuracy).toFixed(1), margin: marginText(row), details };
  }
}

type Row = TransferMatrix['planners'][number];

const notMeasured: HeatCell = { value: null, text: '–', details: 'not measured' };

function marginText({ ciLow, ciHigh }: { readonly ciLow: number; readonly ciHigh: number }): string {
  return `± ${(50 * (ciHigh - ciLow)).toFixed(1)}`;
}

function described({ difference, ciLow, ciHigh, pHolm, pMcNemar }: Difference): string {
  return `${points(difference)} (${points(ciLow)} to ${points(ciHigh)}), ${pValue(pHolm ?? pMcNemar)}`;
}
