import type { Budget, SuiteCard, Verdict } from '@rsim/core';
import type { AnswerFormat } from './answer-format.js';
import type { Row } from './row.js';
import type { SplitPaths } from './source.js';

/** One problem as a row of a data set gives it. */
export interface DatasetEntry<Data> {
  /** All that is asked, with options or tables where there are any: it names the problem. */
  readonly question: string;
  /** The gold answer, as a final answer states it. */
  readonly answer: string;
  /** Difficulty, from 1; 1 by default. */
  readonly level?: number;
  /** How the answer is found, for solved examples; without the answer's own line. */
  readonly solution?: string;
  /** What the verifier needs besides the answer. */
  readonly data: Data;
}

/** All that tells one data set from another. */
export interface DatasetRecipe<Data> {
  readonly name: string;
  readonly title: string;
  readonly card: SuiteCard;
  readonly budget: Budget;
  /** Where the rows are downloaded from when no path is given. */
  readonly sources: SplitPaths;
  readonly format: Pick<AnswerFormat, 'instruction' | 'write'>;
  /**
   * The problems of a row; none when it is not of this suite.
   *
   * @throws ProblemError when the row is not as it should be.
   */
  entries(row: Row): readonly DatasetEntry<Data>[];
  /** Judges a final text. Never throws. */
  verify(entry: Pick<DatasetEntry<Data>, 'answer' | 'data'>, text: string): Verdict | Promise<Verdict>;
  /** Problems that are wrong upstream, by content key, and why; they are left out. */
  readonly exceptions?: Readonly<Record<string, string>>;
}
