/**
 * How a step goes on after its injection. `line`: text up to a line feed. `answer`: text up to the end of the document.
 * `free`: the follower opens its line with a tag of its own choice, or none, and writes up to either end.
 */
export type StepMode = 'line' | 'answer' | 'free';

/** What the engine has to know of one step. */
export interface StepRequest {
  readonly injection: readonly number[];
  readonly mode: StepMode;
  /** Most tokens, injection and end mark included. */
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

/** Ids the engine treats in a way of their own. */
export interface VocabularyRoles {
  readonly size: number;
  /** Ids below this are special tokens. */
  readonly specialTokens: number;
  readonly lineFeed: number;
  readonly endOfDocument: number;
  /** Never drawn: padding and the beginning of a document. */
  readonly never: readonly number[];
  /** The tag that opens an answer. */
  readonly answerTag: number;
}
