import type { PublishedTokenizer } from '@rsim/lm/published-tokenizer';

/** Characters a token may have at the most, for the length at which texts are cut before they are tokenized. */
const mostCharacters = 64;

/** Texts as an encoder reads them: with the marks that its tokenizer puts around every text, and no longer than it can. */
export class EncoderTokens {
  readonly #before: readonly number[];
  readonly #after: readonly number[];

  constructor(
    private readonly tokenizer: PublishedTokenizer,
    private readonly mostTokens: number,
  ) {
    const bare = known(tokenizer.encode('a', false));
    const marked = known(tokenizer.encode('a', true));
    const start = marked.findIndex((_, index) => bare.every((id, place) => marked[index + place] === id));
    this.#before = marked.slice(0, start);
    this.#after = marked.slice(start + bare.length);
  }

  /** Ids of a text's tokens; what the vocabulary lacks and has no mark for is left out. */
  of(text: string): number[] {
    const ids = known(this.tokenizer.encode(text.slice(0, mostCharacters * this.mostTokens), false));
    const room = Math.max(0, this.mostTokens - this.#before.length - this.#after.length);
    return [...this.#before, ...ids.slice(0, room), ...this.#after];
  }
}

function known(ids: readonly (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined);
}
