/** Takes a text that may come again at the beginning of an answer out of the answer, which arrives in pieces. */
export class PrefixStripper {
  #held = '';
  #isOver: boolean;

  constructor(private readonly prefix: string) {
    this.#isOver = prefix === '';
  }

  /** What is certainly not part of the repeated text. */
  push(text: string): string {
    if (this.#isOver) return text;
    this.#held += text;
    if (this.#held.length < this.prefix.length && this.prefix.startsWith(this.#held)) return '';
    this.#isOver = true;
    return this.#held.startsWith(this.prefix) ? this.#held.slice(this.prefix.length) : this.#held;
  }

  /** What was held back, when the answer is over. */
  flush(): string {
    return this.#isOver ? '' : this.#held;
  }
}
