const REPLACEMENT = '\uFFFD';

/**
 * Text from tokens that arrive one by one. Tokens of byte-level vocabularies may hold parts of a character: text is
 * given out only once its last character is whole.
 */
export class TokenTextStream {
  #held: number[] = [];

  /** @param decode the text of some tokens, with U+FFFD where their bytes are no whole character */
  constructor(private readonly decode: (tokens: readonly number[]) => string) {}

  push(token: number): string {
    this.#held.push(token);
    const text = this.decode(this.#held);
    if (text.endsWith(REPLACEMENT)) return '';
    this.#held = [];
    return text;
  }

  /** What was held back, when no more tokens come. */
  flush(): string {
    const text = this.#held.length === 0 ? '' : this.decode(this.#held);
    this.#held = [];
    return text;
  }
}
