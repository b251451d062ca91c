/** The three parts a suite's problems are divided into; a problem's content hash decides which. */
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
  /** What the follower is asked, as plain text. */
  readonly question: string;
  /** The gold answer, as the suite writes answers. */
  readonly answer: string;
  /** What only the suite itself reads (for the procedural suites: the program that solves the problem). */
  readonly data: Data;
}
