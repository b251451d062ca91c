import { Choice, element } from '../dom.js';
import { grouped, passes, searchable, type Filter } from '../episodes/filter.js';
import { ProblemList } from '../episodes/problem-list.js';
import { ProblemView } from '../episodes/problem-view.js';
import type { Change, EpisodeRef, Store } from '../store.js';
import { sectionElement, type Section } from './section.js';

type Field = keyof Filter;

/** Milliseconds without a key before a search begins. */
const pause = 200;

/** The episode viewer: filter, pick a problem, see how each policy went about it. */
export class Episodes implements Section {
  readonly id = 'episodes';
  readonly title = 'Episodes';
  readonly element: HTMLElement;
  readonly list: ProblemList;
  readonly view: ProblemView;
  readonly search: HTMLInputElement;
  readonly #choices: Readonly<Record<Field, Choice>>;
  readonly #count = element('p', { class: 'count', role: 'status' });
  readonly #texts = new Map<string, string>();
  #timer = 0;
  #searching = 0;

  constructor(private readonly store: Store) {
    const choice = (label: string) => new Choice(label, () => void this.#find());
    this.#choices = {
      run: choice('Run'),
      suite: choice('Suite'),
      policy: choice('Policy'),
      follower: choice('Follower'),
      phase: choice('Phase'),
      verdict: choice('Verdict'),
      strategy: choice('Uses'),
    };
    this.view = new ProblemView(store);
    this.list = new ProblemList((group) => this.view.show(group));
    this.search = element('input', {
      ...{ type: 'search', placeholder: 'Search questions, answers and steps', 'aria-label': 'Search the episodes' },
      input: () => this.#soon(),
    });
    this.element = sectionElement(
      this.id,
      this.title,
      '',
      element(
        'div',
        { class: 'controls', role: 'search' },
        this.search,
        ...Object.values(this.#choices).map((each) => each.element),
      ),
      this.#count,
      element('div', { class: 'viewer' }, this.list.element, this.view.element),
    );
  }

  update({ episodes }: Change): boolean {
    if (episodes) {
      this.#offer();
      void this.#find();
    }
    return this.store.runs.some((run) => run.episodes.length > 0);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#find(), pause);
  }

  #offer(): void {
    const { episodes, runs } = this.store;
    const values = (label: string, of: (episode: EpisodeRef) => string) =>
      [['', `all ${label}`] as const].concat([...new Set(episodes.map(of))].map((value) => [value, value] as never));
    const { run, suite, policy, follower, phase, verdict, strategy } = this.#choices;
    run.offer(
      [['', 'all runs'], ...runs.map(({ name }, place) => [String(place), name] as const)].slice(
        runs.length < 2 ? 1 : 0,
      ) as never,
    );
    suite.offer(values('suites', ({ problem }) => problem.suite));
    policy.offer(values('policies', ({ entry }) => entry.policy));
    follower.offer(values('followers', ({ entry }) => entry.follower));
    phase.offer(values('phases', ({ entry }) => entry.phase));
    verdict.offer([
      ...[['', 'any verdict'] as const, ['right', 'right'] as const, ['not right', 'not right'] as const],
      ...[...new Set(episodes.map(({ entry }) => entry.status))]
        .filter((status) => status !== 'correct')
        .map((status) => [status, `only ${status}`] as const),
    ]);
    const names = runs[0]?.strategies ?? [];
    strategy.offer([['', 'any strategy'], ...names.map(({ title }, place) => [String(place), title] as const)]);
  }

  /** Shows what fits filter and search; texts are unpacked only once somebody searches. */
  async #find(): Promise<void> {
    const search = (this.#searching += 1);
    const { episodes } = this.store;
    const filter = Object.fromEntries(
      Object.entries(this.#choices).map(([field, { value }]) => [field, value]),
    ) as unknown as Filter;
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length > 0) {
      this.#count.textContent = 'Searching …';
      await this.#read(episodes);
      if (search !== this.#searching) return;
    }
    const isFound = (episode: EpisodeRef) =>
      passes(episode, filter) && words.every((word) => this.#texts.get(keyOf(episode))?.includes(word));
    const groups = grouped(episodes, isFound);
    const found = groups.reduce((sum, group) => sum + group.found.length, 0);
    this.#count.textContent = `${found} of ${episodes.length} episodes, on ${groups.length} ${groups.length === 1 ? 'problem' : 'problems'}`;
    this.list.show(groups);
    if (groups.length === 0) this.view.show(null);
  }

  async #read(episodes: readonly EpisodeRef[]): Promise<void> {
    for (const episode of episodes) {
      const key = keyOf(episode);
      if (!this.#texts.has(key)) this.#texts.set(key, searchable(episode, await this.store.body(episode)));
    }
  }
}

function keyOf({ run, index }: EpisodeRef): string {
  return `${run}/${index}`;
}
