import type { RunData } from '../../report-data.js';
import { element, fill } from '../dom.js';
import { seedOf } from '../groups.js';
import { number, seconds } from '../numbers.js';
import type { Store } from '../store.js';
import { tiles } from './tiles.js';
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
    const notices = noticesOf(runs);
    // A folder of a transfer matrix is no run.
    const trained = runs.filter(({ transfer, started }) => transfer === null || started !== null);
    fill(
      this.#body,
      element('div', { class: 'tiles' }, ...tiles(this.store)),
      trained.length > 0 && runTable(trained),
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

/** Each notice once, with the runs that it is about. */
function noticesOf(runs: readonly RunData[]): string[] {
  const named = new Map<string, string[]>();
  for (const { name, notices } of runs) {
    for (const text of notices) named.set(text, [...(named.get(text) ?? []), name]);
  }
  return [...named].map(([text, names]) => (runs.length > 1 ? `${names.join(', ')}: ${text}` : text));
}

function runTable(runs: readonly RunData[]): HTMLElement {
  return element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Runs' },
    element(
      'table',
      { class: 'facts' },
      element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
      element('tbody', {}, ...runs.map(runRow)),
    ),
  );
}

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
