import { ChartCard } from '../charts/chart-card.js';
import { heatChart, type HeatCell } from '../charts/heat-chart.js';
import type { TransferMatrix } from '../../report-data.js';
import { Choice, element } from '../dom.js';
import { percent, points, pValue } from '../numbers.js';
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
        note: 'Points over the baseline on the same problems; * p < 0.05 after Holm over the whole matrix; ° the model it was trained with.',
        has,
        wide: true,
        draw: (palette) =>
          heatChart({ ...this.#grid((...at) => this.#difference(...at)), scale: 'difference' }, palette),
      }),
      new ChartCard({
        title: 'Accuracy',
        note: 'In %, of every planner with every follower.',
        has,
        wide: true,
        draw: (palette) => heatChart({ ...this.#grid((...at) => this.#accuracy(...at)), scale: 'share' }, palette),
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

  #grid(cell: (planner: string, follower: string) => HeatCell) {
    const { planners, followers } = this.#matrix as TransferMatrix;
    const native = (model: string, trainedOn: string | null) => (model === trainedOn ? '°' : '');
    return {
      axes: ['planner', 'with'] as const,
      rows: planners.map(({ name }) => name),
      columns: followers.map(({ name }) => name),
      cells: planners.map(({ name, trainedOn }) =>
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
    if (found === undefined) return { value: null, text: '–', details: 'not measured' };
    return { value: found.difference, text: `${points(found.difference)}${star(found)}`, details: described(found) };
  }

  #accuracy(planner: string, follower: string): HeatCell {
    const row = this.#matrix?.rows.find(
      (each) => each.policy === planner && each.follower === follower && each.suite === this.#suite.value,
    );
    if (row === undefined) return { value: null, text: '–', details: 'not measured' };
    const { accuracy, ciLow, ciHigh } = row;
    const details = `${percent(accuracy)} (${percent(ciLow)} to ${percent(ciHigh)})`;
    return { value: accuracy, text: (100 * accuracy).toFixed(1), details };
  }
}

function star({ pHolm, pMcNemar }: Difference): string {
  return (pHolm ?? pMcNemar) < 0.05 ? '*' : '';
}

function described({ difference, ciLow, ciHigh, pHolm, pMcNemar }: Difference): string {
  return `${points(difference)} (${points(ciLow)} to ${points(ciHigh)}), ${pValue(pHolm ?? pMcNemar)}`;
}
