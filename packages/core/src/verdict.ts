/** What a verifier says of an answer. `timeout` is a verdict of its own, not a wrong answer. */
export interface Verdict {
  readonly status: 'correct' | 'wrong' | 'unparsed' | 'timeout';
  /** From 0 to 1; partial credit where a suite defines it. `null` when nothing could be scored (`timeout`). */
  readonly score: number | null;
  /** The answer that was read out of the text, or `null` when none was found. */
  readonly extracted: string | null;
}
