import { ChartCard } from '../charts/chart-card.js';
import { curveChart } from '../charts/curve-chart.js';
import { curveOf, pathsOf, tracksOf, type Band, type Stage } from '../curves.js';
import { Choice, element } from '../dom.js';
import { groupName } from '../groups.js';
import { number } from '../numbers.js';
import { colourAt } from '../palette.js';
import type { Change, Store } from '../store.js';
import { metricName, otherPaths, panels, type Panel } from './panels.js';
import { cardGrid, sectionElement, type Section } from './section.js';

const bands: readonly (readonly [Band, string])[] = [
  ['interval', '95 % interval of the mean'],
  ['range', 'lowest to highest seed'],
  ['none', 'none'],
];

/** Configurations whose bands can still be told apart. */
const mostBands = 3;

/** How training went: every number of the journal over its iterations. */
export class Learning implements Section {
  readonly id = 'learning';
  readonly title = 'Learning';
  readonly element: HTMLElement;
  readonly #cards: readonly ChartCard[];
  readonly #other: Choice;
  readonly #band: Choice;
  readonly #smoothing: HTMLInputElement;
  /** Names of all numbers of the runs. */
  #paths: readonly string[] = [];

  constructor(private readonly store: Store) {
    const redraw = () => this.#redraw();
    this.#band = new Choice('Band', redraw);
    this.#band.offer(bands);
    // Many bands on top of each other hide the curves.
    if (store.groups.length > mostBands) this.#band.value = 'none';
    this.#smoothing = element('input', { type: 'range', min: 0, max: 20, value: 2, input: redraw });
    this.#other = new Choice('Number', redraw);
    const single: Panel = {
      title: 'Any other number',
      note: 'What else the journal holds, by its path there.',
      matches: (path) => path === this.#other.value,
      write: number,
    };
    this.#cards = [...panels, single].map((panel) => this.#card(panel, panel === single ? this.#other : null));
    this.element = sectionElement(
      this.id,
      this.title,
      'Every number is the mean over the episodes of an iteration; with several seeds, the mean of the seeds and a band around it.',
      element(
        'div',
        { class: 'controls' },
        element('label', { class: 'choice' }, element('span', {}, 'Smoothing'), this.#smoothing),
        this.#band.element,
      ),
      cardGrid(this.#cards),
    );
  }

  update({ points }: Change): boolean {
    if (points) {
      this.#offer();
      this.#redraw();
    }
    return this.store.runs.some((run) => run.points.length > 0);
  }

  #offer(): void {
    this.#paths = pathsOf(this.store.runs);
    this.#other.offer(otherPaths(this.#paths).map((path) => [path, path]));
    this.#band.element.hidden = this.store.groups.every((seeds) => seeds.length < 2);
  }

  #redraw(): void {
    for (const card of this.#cards) card.refresh();
  }

  /** With one configuration all the panel's numbers side by side; with several, one number of each. */
  #card(panel: Panel, own: Choice | null): ChartCard {
    const which = new Choice('Of', () => card.refresh());
    const card: ChartCard = new ChartCard({
      ...panel,
      controls: [own?.element ?? which.element],
      has: () => this.#paths.some(panel.matches),
      draw: (palette, width) => {
        const { groups } = this.store;
        const paths = this.#paths.filter(panel.matches);
        const apart = groups.length > 1;
        which.offer(apart && own === null ? paths.map((path) => [path, metricName(path)]) : []);
        const shown = apart && own === null ? paths.filter((path) => path === which.value) : paths;
        const tracks = tracksOf(groups, shown);
        const settings = { smoothing: Number(this.#smoothing.value), band: this.#band.value as Band };
        const curves = groups.flatMap((seeds, group) => {
          const stages = tracks[group] as Stage[];
          const own = shown.map((path, index) => ({
            name: apart ? groupName(seeds) : metricName(path),
            colour: colourAt(palette.series, apart ? group : index),
            curve: curveOf(seeds, path, stages, settings),
            stages,
          }));
          return own.filter(({ curve }) => curve.x.length > 0);
        });
        return curveChart({ curves, write: panel.write, range: panel.range }, palette, width);
      },
    });
    return card;
  }
}
