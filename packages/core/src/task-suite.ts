import type { Budget } from './budget.js';
import type { Problem, Split } from './problem.js';
import type { Verdict } from './verdict.js';

export interface ProblemQuery {
  readonly split: Split;
  /** Which stream of problems; the same query always gives the same problems in the same order. */
  readonly seed: number;
  /** Only these levels; all of the suite's by default. */
  readonly levels?: readonly number[];
}

/** A problem of the source that a suite leaves out. */
export interface SuiteException {
  /** Content key of the problem. */
  readonly key: string;
  /** What is wrong with it upstream. */
  readonly reason: string;
}

/** Where problems come from, and how an answer to them is judged. */
export interface TaskSuite<Data = unknown> {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  /** The budget under which this suite's episodes run unless the configuration says otherwise. */
  readonly budget: Budget;
  /** Problems that are left out because they are wrong upstream. */
  readonly exceptions?: readonly SuiteException[];
  /** How many problems a query has; a suite that has endless ones lacks it. */
  readonly count?: (query: Omit<ProblemQuery, 'seed'>) => number;
  /** Distinct problems of one split, endless for a procedural suite. Splits are disjoint by content. */
  problems(query: ProblemQuery): Iterable<Problem<Data>>;
  /** Judges the text of a final answer (the last step of an episode). Never throws on any text. */
  verify(problem: Problem<Data>, finalText: string): Verdict | Promise<Verdict>;
  /** The text of a correct final answer to this problem, as `verify` wants it. */
  goldText(problem: Problem<Data>): string;
  /** Texts of final answers that are wrong though they look right; the conformance suite tries them. */
  wrongTexts?(problem: Problem<Data>): readonly string[];
}
