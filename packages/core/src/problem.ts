/** The three parts a suite's problems are divided into; the source of a problem or its content hash decides which. */
export type Split = 'train' | 'validation' | 'test';

/**
 * One problem: frozen data, no behaviour. Two problems with the same content have the same key, wherever and whenever
 * they were made, which is what keeps training and test apart.
 */
export interface Problem<Data = unknown> {
  /** Content hash (hexadecimal SHA-256, 16 characters) of suite and question. */
  readonly key: string;
  /** Name of the suite it belongs to, e.g. `word-problems`. */
  readonly suite: string;
  /** Difficulty level, from 1; what it means is the suite's. For the procedural suites: the number of solution items. */
  readonly level: number;
  /** What is asked, as plain text. */
  readonly question: string;
  /** What the follower is given in place of the question, where that is more: solved examples, the form of the answer. */
  readonly prompt?: string;
  /** The split that the source of the problem gave it; by its key where there is none. */
  readonly split?: Split;
  /** The gold answer, as the suite writes answers. */
  readonly answer: string;
  /** What only the suite itself reads (for the procedural suites: the program that solves the problem). */
  readonly data: Data;
}
