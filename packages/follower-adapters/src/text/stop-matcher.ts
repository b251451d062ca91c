/**
 * Finds the first stop text in a text that arrives in pieces. A beginning of a stop text is held back until it is known
 * not to be one. A stop text with nothing but white space before it ends nothing: models like to begin with a blank line.
 */
export class StopMatcher {
  /** Text that may still become a stop text. */
  #held = '';
  #hasBegun = false;
  #matched: string | null = null;

  constructor(private readonly stops: readonly string[]) {}

  /** The stop text that was found, or `null`. */
  get matched(): string | null {
    return this.#matched;
  }

  /** Takes in more text and returns what is certainly before any stop text. After a match everything is dropped. */
  push(text: string): string {
    if (this.#matched !== null) return '';
    let rest = this.#held + text;
    const begun = this.#begin(rest);
    rest = rest.slice(begun.length);
    const found = this.#firstStop(rest);
    if (found !== null) {
      this.#matched = found.stop;
      this.#held = '';
      return begun + rest.slice(0, found.index);
    }
    const kept = rest.length - this.#partialLength(rest);
    this.#held = rest.slice(kept);
    return begun + rest.slice(0, kept);
  }

  /** What was held back, when the text is over. */
  flush(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** The white space that the text opens with; from the first other character on, stop texts count. */
  #begin(text: string): string {
    if (this.#hasBegun) return '';
    const opening = /^\s*/u.exec(text)?.[0] ?? '';
    this.#hasBegun = opening.length < text.length;
    return opening;
  }

  #firstStop(text: string): { index: number; stop: string } | null {
    let first: { index: number; stop: string } | null = null;
    for (const stop of this.stops) {
      const index = text.indexOf(stop);
      if (index >= 0 && (first === null || index < first.index)) first = { index, stop };
    }
    return first;
  }

  /** Length of the longest end of `text` that a stop text begins with. */
  #partialLength(text: string): number {
    let longest = 0;
    for (const stop of this.stops) {
      for (let length = Math.min(stop.length - 1, text.length); length > longest; length -= 1) {
        if (text.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
