import { element, fill } from '../dom.js';
import type { ProblemGroup } from './filter.js';
import { marks } from './verdict.js';

/** Problems shown before the reader scrolls for more. */
const pageSize = 60;
const mostMarks = 12;

/** The problems found, to pick one: a list in which the arrow keys move. */
export class ProblemList {
  readonly element = element('ol', {
    class: 'problems',
    'aria-label': 'Problems',
    keydown: (event: KeyboardEvent) => this.#key(event),
  });
  #groups: readonly ProblemGroup[] = [];
  #shown = 0;
  #picked = '';
  readonly #more = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) this.#grow();
  });

  constructor(private readonly pick: (group: ProblemGroup) => void) {}

  /** Shows these problems and picks the one that was picked before, or the first. */
  show(groups: readonly ProblemGroup[]): void {
    this.#groups = groups;
    this.#shown = 0;
    fill(this.element);
    this.#grow();
    const before = groups.find(({ problem }) => problem.key === this.#picked) ?? groups[0];
    if (before !== undefined) this.#pick(before);
  }

  /** Picks the next problem, or the one before it. */
  move(by: number): void {
    const place = this.#groups.findIndex(({ problem }) => problem.key === this.#picked);
    const next = this.#groups[Math.max(0, Math.min(this.#groups.length - 1, place + by))];
    if (next === undefined) return;
    while (this.#buttonOf(next.problem.key) === null && this.#shown < this.#groups.length) this.#grow();
    this.#pick(next);
    const button = this.#buttonOf(next.problem.key);
    button?.scrollIntoView({ block: 'nearest' });
    if (this.element.contains(document.activeElement)) button?.focus();
  }

  #pick(group: ProblemGroup): void {
    this.#buttonOf(this.#picked)?.setAttribute('aria-current', 'false');
    this.#buttonOf(this.#picked)?.setAttribute('tabindex', '-1');
    this.#picked = group.problem.key;
    this.#buttonOf(this.#picked)?.setAttribute('aria-current', 'true');
    this.#buttonOf(this.#picked)?.setAttribute('tabindex', '0');
    this.pick(group);
  }

  #grow(): void {
    const next = this.#groups.slice(this.#shown, this.#shown + pageSize);
    this.#shown += next.length;
    this.element.append(...next.map((group) => this.#item(group)));
    this.#more.disconnect();
    const last = this.element.lastElementChild;
    if (last !== null && this.#shown < this.#groups.length) this.#more.observe(last);
  }

  #item(group: ProblemGroup): HTMLElement {
    const { problem, episodes } = group;
    const signs = episodes.slice(0, mostMarks).map(({ entry }) => {
      const { sign, word, tone } = marks[entry.status];
      return element('i', { class: `mark ${tone}`, title: `${entry.policy}: ${word}` }, sign);
    });
    const right = episodes.filter(({ entry }) => entry.status === 'correct').length;
    return element(
      'li',
      {},
      element(
        'button',
        {
          type: 'button',
          tabindex: -1,
          'data-key': problem.key,
          'aria-current': 'false',
          click: () => this.#pick(group),
        },
        element('span', { class: 'kind' }, `${problem.suite} · level ${problem.level}`),
        element('span', { class: 'question' }, problem.question),
        element(
          'span',
          { class: 'marks', role: 'img', 'aria-label': `${right} of ${episodes.length} right` },
          ...signs,
          episodes.length > mostMarks && `+${episodes.length - mostMarks}`,
        ),
      ),
    );
  }

  #key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -1e9,
      End: 1e9,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.move(by);
  }

  #buttonOf(key: string): HTMLElement | null {
    return key === '' ? null : this.element.querySelector(`button[data-key="${CSS.escape(key)}"]`);
  }
}
