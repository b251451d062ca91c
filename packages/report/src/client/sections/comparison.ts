import { ChartCard } from '../charts/chart-card.js';
import { dataTable } from '../charts/data-table.js';
import { whiskerChart } from '../charts/whisker-chart.js';
import { Choice, element } from '../dom.js';
import { percent, points, pValue } from '../numbers.js';
import { colourAt } from '../palette.js';
import { suitesOf, suiteTitle } from '../results-view.js';
import type { AccuracyDifference } from '../../report-data.js';
import type { Store } from '../store.js';
import { cardGrid, sectionElement, type Section } from './section.js';

/** Runs against the first of them: in what they were set differently, and what came of it. */
export class Comparison implements Section {
  readonly id = 'comparison';
  readonly title = 'Comparison';
  readonly element: HTMLElement;
  readonly #suite: Choice;

  constructor(private readonly store: Store) {
    const names = store.runs.map(({ name }) => name);
    const { settings = [], accuracies = [] } = store.page.comparison ?? {};
    this.#suite = new Choice('Suite', () => card.refresh());
    this.#suite.offer(suitesOf(accuracies).map((suite) => [suite, suiteTitle(suite)]));
    const card: ChartCard = new ChartCard({
      title: `Accuracy minus that of ${names[0]}`,
      note: 'In points, with 95 % intervals: paired where both runs met the same problems.',
      controls: [this.#suite.element],
      wide: true,
      has: () => accuracies.length > 0,
      draw: (palette) => {
        const shown = accuracies.filter(({ suite }) => suite === this.#suite.value);
        const whiskers = shown.map((each) => ({
          name: [names.length > 2 && names[each.run], each.policy, each.follower].filter(Boolean).join(', '),
          colour: colourAt(palette.series, each.run - 1),
          ...{ value: each.difference, low: each.ciLow, high: each.ciHigh },
        }));
        return whiskerChart({ whiskers, what: 'difference', write: points }, palette);
      },
    });
    this.element = sectionElement(
      this.id,
      this.title,
      `The runs against ${names[0]}, the one named first.`,
      element('h3', {}, 'Settings that differ'),
      settings.length === 0
        ? element('p', { class: 'note' }, 'None.')
        : scroller('Settings that differ', {
            head: ['setting', ...names],
            rows: settings.map(({ path, values }) => [path, ...values.map((value) => value ?? 'absent')]),
          }),
      cardGrid([card]),
      ...(accuracies.length === 0
        ? [element('p', { class: 'note' }, 'No policy was evaluated in both: there are no accuracies to compare.')]
        : [scroller('Accuracies', accuracyTable(accuracies, names))]),
    );
  }

  update(): boolean {
    return this.store.page.comparison !== null;
  }
}

function accuracyTable(accuracies: readonly AccuracyDifference[], names: readonly string[]) {
  return {
    head: [
      ...['run', 'follower', 'policy', 'suite', names[0] ?? '', 'then'],
      ...['difference', 'interval', 'Cohen’s h', 'test', 'problems'],
    ],
    rows: accuracies.map((each) => [
      ...[names[each.run] ?? '', each.follower, each.policy, suiteTitle(each.suite)],
      ...[percent(each.before), percent(each.after), points(each.difference)],
      `${points(each.ciLow)} to ${points(each.ciHigh)}`,
      each.cohensH.toFixed(2),
      each.pHolm === null ? 'not paired' : pValue(each.pHolm),
      each.paired === null ? '–' : String(each.paired),
    ]),
  };
}

function scroller(title: string, table: Parameters<typeof dataTable>[0]): HTMLElement {
  return element('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': title }, dataTable(table));
}
