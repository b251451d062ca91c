import { element } from '../dom.js';
import type { Change } from '../store.js';

/** A part of the page with a heading and a place in its navigation. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  /** Shows what changed. @returns whether there is anything to show. */
  update(change: Change): boolean;
}

export const everything: Change = { points: true, episodes: true, facts: true };

/** The frame of a section. */
export function sectionElement(id: string, title: string, intro: string, ...children: readonly Node[]): HTMLElement {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    intro !== '' && element('p', { class: 'intro' }, intro),
    ...children,
  );
}

/** Cards beside each other as there is room, small ones by default. */
export function cardGrid(
  cards: readonly { readonly element: HTMLElement }[],
  size: 'small' | 'large' = 'small',
): HTMLElement {
  return element('div', { class: `cards ${size}` }, ...cards.map((card) => card.element));
}
