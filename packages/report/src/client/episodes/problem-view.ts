import { element, fill } from '../dom.js';
import type { EpisodeRef, Store } from '../store.js';
import { dialogue } from './dialogue.js';
import type { ProblemGroup } from './filter.js';
import { marks } from './verdict.js';

/** Narrower than this, in pixels, one episode is shown at first instead of two. */
const wide = 1000;

/** A problem with its episodes: some of them side by side, the others to be added. */
export class ProblemView {
  readonly element = element('div', { class: 'problem-view', keydown: (event: KeyboardEvent) => this.#key(event) });
  #group: ProblemGroup | null = null;
  #chosen: readonly EpisodeRef[] = [];
  #drawing = 0;

  constructor(private readonly store: Store) {}

  show(group: ProblemGroup | null): void {
    const isSame = group?.problem.key === this.#group?.problem.key;
    this.#group = group;
    const still = isSame
      ? this.#chosen.filter((episode) => group?.episodes.some((other) => isOne(other, episode)))
      : [];
    this.#chosen = still.length > 0 ? still : atFirst(group);
    void this.#draw();
  }

  /** Shows or hides the episode at this place. */
  toggle(place: number): void {
    const episode = this.#group?.episodes[place];
    if (episode === undefined) return;
    const without = this.#chosen.filter((other) => !isOne(other, episode));
    this.#chosen = without.length < this.#chosen.length ? without : [...this.#chosen, episode];
    void this.#draw().then(() => this.element.querySelectorAll<HTMLElement>('.chip')[place]?.focus());
  }

  async #draw(): Promise<void> {
    const drawing = (this.#drawing += 1);
    if (this.#group === null)
      return fill(this.element, element('p', { class: 'empty' }, 'No problem fits the filter.'));
    const { problem, episodes } = this.#group;
    const columns = await Promise.all(
      this.#chosen.map(async (episode) => {
        const strategies = this.store.runs[episode.run]?.strategies ?? [];
        return dialogue(episode, await this.store.body(episode), strategies, this.#nameOf(episode, episodes));
      }),
    );
    // Another problem may have been picked while this one was unpacked.
    if (drawing !== this.#drawing) return;
    fill(
      this.element,
      element(
        'header',
        { class: 'asked' },
        element('p', { class: 'kind' }, `${problem.suite} · level ${problem.level} · ${problem.key}`),
        element('p', { class: 'question' }, problem.question),
        element('p', { class: 'answer' }, 'Right answer: ', element('b', {}, problem.answer)),
      ),
      element(
        'div',
        { class: 'chips', role: 'group', 'aria-label': 'Episodes shown side by side' },
        ...episodes.map((episode, place) => this.#chip(episode, place, episodes)),
      ),
      element('div', { class: 'columns' }, ...columns),
    );
  }

  #chip(episode: EpisodeRef, place: number, all: readonly EpisodeRef[]): HTMLElement {
    const { sign, word, tone } = marks[episode.entry.status];
    const pressed = this.#chosen.some((other) => isOne(other, episode));
    return element(
      'button',
      { type: 'button', class: 'chip', 'aria-pressed': String(pressed), click: () => this.toggle(place) },
      element('i', { class: `mark ${tone}`, role: 'img', 'aria-label': word }, sign),
      this.#nameOf(episode, all),
    );
  }

  /** Policy, and whatever else tells the episodes of a problem apart; seeds and samples by their number. */
  #nameOf(episode: EpisodeRef, all: readonly EpisodeRef[]): string {
    const differ = (of: (episode: EpisodeRef) => unknown) => new Set(all.map(of)).size > 1;
    const [followers, runs] = [differ(({ entry }) => entry.follower), differ(({ run }) => run)];
    const partly = ({ entry, run }: EpisodeRef) =>
      [
        entry.policy,
        followers && entry.follower,
        entry.iteration !== null && `${entry.phase}, iteration ${entry.iteration}`,
        runs && this.store.runs[run]?.name,
      ]
        .filter(Boolean)
        .join(' · ');
    const name = partly(episode);
    const alike = all.filter((other) => partly(other) === name);
    return alike.length === 1 ? name : `${name} · ${alike.findIndex((other) => isOne(other, episode)) + 1}`;
  }

  /** Up and down move through the steps, left and right to the episode beside. */
  #key(event: KeyboardEvent): void {
    const step = (event.target as HTMLElement).closest('.step');
    if (step === null || event.target !== step) return;
    const columns = [...this.element.querySelectorAll('.steps')];
    const column = columns.findIndex((each) => each.contains(step));
    const place = [...(columns[column]?.children ?? [])].indexOf(step);
    const at = (x: number, y: number) => {
      const steps = columns[x]?.children ?? [];
      return steps[Math.min(y, steps.length - 1)] as HTMLElement | undefined;
    };
    const targets: Readonly<Record<string, HTMLElement | undefined>> = {
      ArrowDown: at(column, place + 1),
      ArrowUp: at(column, Math.max(0, place - 1)),
      ArrowRight: at(column + 1, place),
      ArrowLeft: at(column - 1, place),
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    targets[event.key]?.focus();
  }
}

function isOne(one: EpisodeRef, other: EpisodeRef): boolean {
  return one.run === other.run && one.index === other.index;
}

/** What was looked for first, and beside it, where there is room, another policy's. */
function atFirst(group: ProblemGroup | null): EpisodeRef[] {
  const first = group?.found.find(({ entry }) => entry.policy === 'planner') ?? group?.found[0];
  if (group === null || first === undefined) return [];
  const sameFollower = group.episodes.filter(({ entry }) => entry.follower === first.entry.follower);
  const other = [...sameFollower, ...group.episodes].find(({ entry }) => entry.policy !== first.entry.policy);
  return other !== undefined && innerWidth >= wide ? [first, other] : [first];
}
