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

/** Where problems come from, and how an answer to them is judged. */
export interface TaskSuite<Data = unknown> {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  /** The budget under which this suite's episodes run unless the configuration says otherwise. */
  readonly budget: Budget;
  /** Distinct problems of one split, endless for a procedural suite. Splits are disjoint by content hash. */
  problems(query: ProblemQuery): Iterable<Problem<Data>>;
  /** Judges the text of a final answer (the last step of an episode). Never throws on any text. */
  verify(problem: Problem<Data>, finalText: string): Verdict | Promise<Verdict>;
  /** The text of a correct final answer to this problem, as `verify` wants it. */
  goldText(problem: Problem<Data>): string;
  /** Texts of final answers that are wrong though they look right; the conformance suite tries them. */
  wrongTexts?(problem: Problem<Data>): readonly string[];
}
