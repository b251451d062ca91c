import { ChartCard, type Drawing } from '../charts/chart-card.js';
import { stackChart } from '../charts/stack-chart.js';
import { curveOf, stagesOf } from '../curves.js';
import { Choice, element } from '../dom.js';
import { groupName } from '../groups.js';
import type { Palette } from '../palette.js';
import type { Change, EpisodeRef, Store } from '../store.js';
import { countsByKind, countsByStep, sharesOf, type StrategyCounts } from '../strategy-counts.js';
import { cardGrid, sectionElement, type Section } from './section.js';

/** Which strategies the leader uses: over training, by step of an episode, by kind of problem. */
export class Strategies implements Section {
  readonly id = 'strategies';
  readonly title = 'Strategies';
  readonly element: HTMLElement;
  readonly #group: Choice;
  readonly #policy: Choice;
  readonly #cards: readonly ChartCard[];

  constructor(private readonly store: Store) {
    const redraw = () => this.#redraw();
    this.#group = new Choice('Runs', () => this.update({ points: true, episodes: true, facts: true }));
    this.#policy = new Choice('Episodes of', redraw);
    this.#cards = [
      new ChartCard({
        title: 'Over training',
        note: 'Share of the leader’s decisions in each iteration.',
        wide: true,
        has: () => this.#stages.length > 0,
        draw: (palette) => this.#overTraining(palette),
      }),
      new ChartCard({
        title: 'By step of an episode',
        note: 'What is done first, second and so on. Later columns rest on fewer episodes: the tooltip tells how many steps.',
        height: 300,
        has: () => this.#episodes.length > 0,
        draw: (palette) => this.#stacked('step', 'columns', countsByStep, palette),
      }),
      new ChartCard({
        title: 'By type and level of problem',
        note: 'The same decisions, by suite and level.',
        has: () => this.#episodes.length > 0,
        draw: (palette) => this.#stacked('problems', 'bars', countsByKind, palette),
      }),
    ];
    this.element = sectionElement(
      this.id,
      this.title,
      'The course of training is told by the journal; steps and types by the episodes that the run kept.',
      element('div', { class: 'controls' }, this.#group.element, this.#policy.element),
      cardGrid(this.#cards, 'large'),
    );
  }

  update({ points, episodes }: Change): boolean {
    if (points || episodes) {
      this.#offer();
      this.#redraw();
    }
    return this.store.runs.some((run) => run.episodes.length > 0 || run.points.length > 0);
  }

  #redraw(): void {
    for (const card of this.#cards) card.refresh();
  }

  #offer(): void {
    this.#group.offer(this.store.groups.map((seeds, group) => [String(group), groupName(seeds)]));
    const counts = new Map<string, number>();
    for (const episode of this.#groupEpisodes()) counts.set(kindOf(episode), (counts.get(kindOf(episode)) ?? 0) + 1);
    const kinds = [...counts].sort(([a], [b]) => rank(a) - rank(b));
    this.#policy.offer(kinds.map(([kind, count]) => [kind, `${kind} (${count})`]));
  }

  get #seeds() {
    return this.store.groups[Number(this.#group.value || 0)] ?? [];
  }

  get #names() {
    return this.#seeds[0]?.strategies ?? [];
  }

  get #stages() {
    return stagesOf(
      this.#seeds,
      this.#names.map(({ id }) => `strategyUse.${id}`),
    );
  }

  #groupEpisodes(): EpisodeRef[] {
    return this.store.episodes.filter(({ run }) => this.#seeds.some((seed) => seed === this.store.runs[run]));
  }

  get #episodes(): EpisodeRef[] {
    return this.#groupEpisodes().filter((episode) => kindOf(episode) === this.#policy.value);
  }

  #overTraining(palette: Palette): Drawing {
    const stages = this.#stages;
    const curves = this.#names.map(({ id }) =>
      curveOf(this.#seeds, `strategyUse.${id}`, stages, { smoothing: 0, band: 'none' }),
    );
    const categories = (curves.find(({ x }) => x.length > 0)?.x ?? []).map(String);
    const parts = this.#names.map(({ title }, place) => ({ name: title, place, shares: curves[place]?.mean ?? [] }));
    return stackChart({ axis: 'iteration', categories, parts, shape: 'area' }, palette);
  }

  #stacked(
    axis: string,
    shape: 'columns' | 'bars',
    count: (episodes: readonly EpisodeRef[], strategies: number) => StrategyCounts[],
    palette: Palette,
  ): Drawing {
    const kinds = count(this.#episodes, this.#names.length).filter(({ total }) => total > 0);
    const parts = this.#names.map(({ title }, place) => ({ name: title, place, shares: sharesOf(kinds, place) }));
    const remarks = kinds.map(({ total }) => `${total} ${total === 1 ? 'step' : 'steps'}`);
    return stackChart({ axis, categories: kinds.map(({ category }) => category), remarks, parts, shape }, palette);
  }
}

/** Policy and what it was played for. */
function kindOf({ entry }: EpisodeRef): string {
  return `${entry.policy}, ${entry.iteration === null ? 'evaluation' : `training (${entry.phase})`}`;
}

/** The planner's evaluation first, then its training, then the others. */
function rank(kind: string): number {
  if (!kind.startsWith('planner,')) return 2;
  return kind.endsWith('evaluation') ? 0 : 1;
}
