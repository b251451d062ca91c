import type { RunData } from '../../report-data.js';
import { element, fill } from '../dom.js';
import { seedOf } from '../groups.js';
import { number, percent, points, pValue, seconds } from '../numbers.js';
import { allSuites, pooledRows, suitesOf } from '../results-view.js';
import type { Store } from '../store.js';
import { sectionElement, type Section } from './section.js';

const states: Readonly<Record<RunData['state'], string>> = {
  finished: 'finished',
  running: 'running',
  stopped: 'not finished',
  waiting: 'not begun',
  gone: 'deleted',
};

/** The runs at a glance: what came out, what they are, what is missing. */
export class Overview implements Section {
  readonly id = 'overview';
  readonly title = 'Overview';
  readonly element: HTMLElement;
  readonly #body = element('div', {});

  constructor(private readonly store: Store) {
    this.element = sectionElement(this.id, this.title, '', this.#body);
  }

  update(): boolean {
    const { runs } = this.store;
    const notices = runs.flatMap(({ name, notices: own }) =>
      own.map((text) => (runs.length > 1 ? `${name}: ${text}` : text)),
    );
    fill(
      this.#body,
      element('div', { class: 'tiles' }, ...tiles(runs)),
      element(
        'div',
        { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Runs' },
        element(
          'table',
          { class: 'facts' },
          element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
          element('tbody', {}, ...runs.map(runRow)),
        ),
      ),
      notices.length > 0 &&
        element(
          'ul',
          { class: 'notices', 'aria-label': 'What is missing' },
          ...notices.map((text) => element('li', {}, text)),
        ),
    );
    return true;
  }
}

const heads = ['run', 'state', 'seed', 'follower', 'planner', 'suites', 'iterations', 'episodes kept', 'time', 'began'];

function runRow(run: RunData): HTMLElement {
  const config = (run.config ?? {}) as Readonly<Record<string, unknown>>;
  const named = (value: unknown) => {
    const { name, options } = (value ?? {}) as { name?: unknown; options?: { model?: unknown } };
    return [name, options?.model].filter((part) => typeof part === 'string').join(' ') || '–';
  };
  const tasks = Array.isArray(config['tasks']) ? config['tasks'] : [];
  const suites = tasks
    .map((task: unknown) => (task as { suite?: unknown } | null)?.suite)
    .filter((suite) => typeof suite === 'string');
  const cells = [
    element('span', { class: `state ${run.state}` }, states[run.state]),
    number(seedOf(run)),
    named(config['follower']),
    named(config['planner']),
    suites.join(', ') || '–',
    String(run.points.filter(({ stage }) => stage !== 'imitation').length),
    String(run.episodes.length),
    lasted(run),
    run.started?.slice(0, 16).replace('T', ' ') ?? '–',
  ];
  return element('tr', {}, element('th', { scope: 'row' }, run.name), ...cells.map((cell) => element('td', {}, cell)));
}

function lasted({ finished, started, lastHeard, state }: RunData): string {
  const counted = finished?.['seconds'];
  if (typeof counted === 'number') return seconds(counted);
  const span = Date.parse(lastHeard ?? '') - Date.parse(started ?? '');
  return Number.isNaN(span) ? '–' : `${seconds(span / 1000)}${state === 'running' ? ' so far' : ''}`;
}

/** What came out: the planner, what it is compared with, and where training stands while nothing is evaluated. */
function tiles(runs: readonly RunData[]): HTMLElement[] {
  const evaluated = runs.find(({ results }) => results !== null)?.results;
  if (evaluated === undefined || evaluated === null) return trainingTiles(runs);
  const rows = pooledRows(evaluated);
  const suite = suitesOf(rows)[0];
  const planner = rows.find((row) => row.policy === 'planner' && row.suite === suite && row.follower === row.trainedOn);
  if (planner === undefined) return trainingTiles(runs);
  const own = evaluated.comparisons.filter(
    (each) =>
      each.suite === suite &&
      each.policy === 'planner' &&
      each.follower === planner.follower &&
      each.baselineFollower === undefined,
  );
  return [
    tile(
      `Planner leading ${planner.follower}`,
      percent(planner.accuracy),
      `${percent(planner.ciLow)} to ${percent(planner.ciHigh)}${suite === allSuites ? ', mean over suites' : ''}`,
    ),
    ...['alone', 'fixed', 'self-consistency'].flatMap((baseline) => {
      const against = own.find((each) => each.baseline === baseline);
      if (against === undefined) return [];
      const { difference, ciLow, ciHigh, pHolm, pMcNemar } = against;
      const note = `${points(ciLow)} to ${points(ciHigh)}, ${pValue(pHolm ?? pMcNemar)}`;
      return [tile(`Against ${baseline}`, points(difference), note, 'points')];
    }),
    tile('Cost', number(planner.tokensPerProblem), `${seconds(planner.secondsPerProblem)} per problem`, 'tokens'),
  ];
}

function trainingTiles(runs: readonly RunData[]): HTMLElement[] {
  return runs.flatMap(({ name, points: all }) => {
    const last = all.findLast(({ values }) => 'accuracy' in values);
    if (last === undefined) return [];
    const title = runs.length > 1 ? `${name}: accuracy in training` : 'Accuracy in training';
    return [tile(title, percent(last.values['accuracy']), `${last.stage}, iteration ${last.iteration}`)];
  });
}

function tile(title: string, value: string, note: string, unit = ''): HTMLElement {
  return element(
    'div',
    { class: 'tile' },
    element('p', { class: 'name' }, title),
    element('p', { class: 'value' }, value, unit !== '' && element('small', {}, ` ${unit}`)),
    element('p', { class: 'note' }, note),
  );
}
