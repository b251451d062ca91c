import { ChartCard } from '../charts/chart-card.js';
import { whiskerChart } from '../charts/whisker-chart.js';
import { Choice, element, fill } from '../dom.js';
import { percent } from '../numbers.js';
import { colourAt } from '../palette.js';
import { followersOf, policyPlaces, pooledRows, suitesOf, suiteTitle } from '../results-view.js';
import type { Change, Store } from '../store.js';
import { resultTable } from './result-table.js';
import { cardGrid, sectionElement, type Section } from './section.js';

/** What the evaluation measured: accuracies with their intervals, and the tables that `rsim eval` prints. */
export class ResultsSection implements Section {
  readonly id = 'results';
  readonly title = 'Results';
  readonly element: HTMLElement;
  readonly #run: Choice;
  readonly #suite: Choice;
  readonly #charts = element('div', {});
  readonly #tables = element('div', { class: 'tables' });

  constructor(private readonly store: Store) {
    this.#run = new Choice('Of', () => this.#show());
    this.#suite = new Choice('Suite', () => this.#drawCharts());
    this.element = sectionElement(
      this.id,
      this.title,
      'All policies met the same problems under the same budget. Intervals are clustered by problem.',
      element('div', { class: 'controls' }, this.#run.element, this.#suite.element),
      this.#charts,
      this.#tables,
    );
  }

  update({ facts }: Change): boolean {
    const evaluated = this.store.runs.flatMap((run, place) => (run.results === null ? [] : [{ run, place }]));
    if (facts) {
      this.#run.offer(evaluated.map(({ run, place }) => [String(place), run.name]));
      this.#show();
    }
    return evaluated.length > 0;
  }

  get #shown() {
    return this.store.runs[Number(this.#run.value || -1)] ?? null;
  }

  #show(): void {
    const run = this.#shown;
    if (run?.results === undefined || run.results === null) return;
    this.#suite.offer(suitesOf(pooledRows(run.results)).map((suite) => [suite, suiteTitle(suite)]));
    fill(this.#tables, ...run.tables.map(resultTable));
    this.#drawCharts();
  }

  #drawCharts(): void {
    const results = this.#shown?.results;
    if (!results) return;
    const rows = pooledRows(results);
    const places = policyPlaces(rows);
    const cards = followersOf(rows).map(
      (follower) =>
        new ChartCard({
          title: follower,
          note: `Accuracy in %, ${suiteTitle(this.#suite.value)}, with its ${Math.round(100 * (results.level ?? 0.95))} % interval.`,
          has: () => true,
          draw: (palette) => {
            const own = rows.filter((row) => row.follower === follower && row.suite === this.#suite.value);
            const whiskers = own.map((row) => ({
              name: row.policy,
              colour: colourAt(palette.series, places.get(row.policy) ?? 0),
              ...{ value: row.accuracy, low: row.ciLow, high: row.ciHigh },
            }));
            return whiskerChart({ whiskers, what: 'accuracy', write: percent, range: [0, 1] }, palette);
          },
        }),
    );
    fill(this.#charts, cardGrid(cards));
  }
}
