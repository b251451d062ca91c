type Child = Node | string | number | null | undefined | false;
type Attribute = string | number | boolean | null | undefined | ((event: never) => void);

/**
 * An element. Texts become text nodes and attributes are set by name: nothing that a model wrote is ever read as HTML.
 *
 * @param attributes functions are listeners of the event that the name says; `true` sets, `false` and `null` leave out.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value as EventListener);
    else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? '' : String(value));
    }
  }
  made.append(...shown(children));
  return made;
}

/** Replaces everything within an element. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...shown(children));
}

function shown(children: readonly Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === 'number' ? String(child) : child));
}

/** A labelled choice. */
export class Choice {
  readonly element: HTMLLabelElement;
  readonly #select: HTMLSelectElement;

  constructor(label: string, changed: () => void) {
    this.#select = element('select', { change: changed });
    this.element = element('label', { class: 'choice' }, element('span', {}, label), this.#select);
  }

  get value(): string {
    return this.#select.value;
  }

  set value(value: string) {
    this.#select.value = value;
  }

  /** Offers these values, keeping the one chosen where it is still there; hidden where there is nothing to choose. */
  offer(options: readonly (readonly [value: string, title: string])[]): void {
    const before = this.#select.options.length > 0 ? this.#select.value : null;
    this.#select.replaceChildren(...options.map(([value, title]) => element('option', { value }, title)));
    if (before !== null && options.some(([value]) => value === before)) this.#select.value = before;
    this.element.hidden = options.length < 2;
  }
}
