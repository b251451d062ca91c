import { ChartCard } from '../charts/chart-card.js';
import { costChart } from '../charts/cost-chart.js';
import { Choice, element } from '../dom.js';
import { colourAt } from '../palette.js';
import { followersOf, policyPlaces, pooledRows, suitesOf, suiteTitle, type Row } from '../results-view.js';
import type { Change, Store } from '../store.js';
import { cardGrid, sectionElement, type Section } from './section.js';

/** What each policy's accuracy costs, in tokens and in seconds. */
export class Cost implements Section {
  readonly id = 'cost';
  readonly title = 'Cost';
  readonly element: HTMLElement;
  readonly #run: Choice;
  readonly #follower: Choice;
  readonly #suite: Choice;
  readonly #cards: readonly ChartCard[];

  constructor(private readonly store: Store) {
    const redraw = () => this.#redraw();
    this.#run = new Choice('Of', () => this.update({ points: false, episodes: false, facts: true }));
    this.#follower = new Choice('Follower', redraw);
    this.#suite = new Choice('Suite', redraw);
    this.#cards = [
      this.#card('Accuracy and tokens', 'tokens per problem', (row) => row.tokensPerProblem),
      this.#card('Accuracy and time', 'seconds per problem', (row) => row.secondsPerProblem),
    ];
    this.element = sectionElement(
      this.id,
      this.title,
      'Further left is cheaper, further up is better. The dashed line joins what nothing else beats at its cost.',
      element('div', { class: 'controls' }, this.#run.element, this.#follower.element, this.#suite.element),
      cardGrid(this.#cards, 'large'),
    );
  }

  update({ facts }: Change): boolean {
    const evaluated = this.store.runs.flatMap((run, place) => (run.results === null ? [] : [{ run, place }]));
    if (facts) {
      this.#run.offer(evaluated.map(({ run, place }) => [String(place), run.name]));
      const rows = this.#rows();
      this.#follower.offer([...followersOf(rows).map((name) => [name, name] as const), ['', 'all followers']]);
      this.#suite.offer(suitesOf(rows).map((suite) => [suite, suiteTitle(suite)]));
      this.#redraw();
    }
    return evaluated.length > 0;
  }

  #rows(): readonly Row[] {
    const results = this.store.runs[Number(this.#run.value || -1)]?.results;
    return results ? pooledRows(results) : [];
  }

  get #shown(): readonly Row[] {
    const every = this.#follower.value === '';
    return this.#rows().filter(
      ({ follower, suite }) => suite === this.#suite.value && (every || follower === this.#follower.value),
    );
  }

  #redraw(): void {
    for (const card of this.#cards) card.refresh();
  }

  #card(title: string, cost: string, costOf: (row: Row) => number): ChartCard {
    return new ChartCard({
      title,
      note: 'The bar through a point is the interval of its accuracy.',
      height: 340,
      has: () => this.#shown.length > 0,
      draw: (palette) => {
        const places = policyPlaces(this.#rows());
        const every = this.#follower.value === '';
        const offers = this.#shown.map((row) => ({
          name: every ? `${row.policy}, ${row.follower}` : row.policy,
          colour: colourAt(palette.series, places.get(row.policy) ?? 0),
          cost: costOf(row),
          ...{ value: row.accuracy, low: row.ciLow, high: row.ciHigh },
        }));
        return costChart(offers, cost, palette);
      },
    });
  }
}
