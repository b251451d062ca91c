import { element, fill } from '../dom.js';
import type { Change, Store } from '../store.js';
import { sectionElement, type Section } from './section.js';

/** The resolved configuration of each run and what it ran on. */
export class Configuration implements Section {
  readonly id = 'configuration';
  readonly title = 'Configuration';
  readonly element: HTMLElement;
  readonly #body = element('div', {});

  constructor(private readonly store: Store) {
    this.element = sectionElement(this.id, this.title, '', this.#body);
  }

  update({ facts }: Change): boolean {
    const known = this.store.runs.filter(({ config, environment }) => config !== null || environment !== null);
    if (facts) {
      fill(
        this.#body,
        ...known.flatMap(({ name, config, environment }) => [
          folded(`${name}: configuration`, config),
          folded(`${name}: environment`, environment),
        ]),
      );
    }
    return known.length > 0;
  }
}

function folded(title: string, json: unknown): HTMLElement {
  return element(
    'details',
    { class: 'json' },
    element('summary', {}, title),
    element('pre', { tabindex: 0 }, JSON.stringify(json, null, 2)),
  );
}
