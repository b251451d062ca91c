import {
  contentKey,
  ProblemError,
  Random,
  splitOf,
  type Budget,
  type Problem,
  type ProblemQuery,
  type TaskSuite,
  type Verdict,
} from '@rsim/core';
import { formatValue, solve, type Program } from '@rsim/microworld';
import type { WriteProblem } from './draft-problem.js';
import { verifyAnswer } from './verify-answer.js';

export interface ProceduralSuiteOptions {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  readonly budget: Budget;
  readonly write: WriteProblem;
}

/** A suite whose problems are written on demand, without end. */
export class ProceduralSuite implements TaskSuite<Program> {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  readonly budget: Budget;
  readonly #write: WriteProblem;

  constructor(options: ProceduralSuiteOptions) {
    this.name = options.name;
    this.title = options.title;
    this.domain = options.domain;
    this.levels = options.levels;
    this.budget = options.budget;
    this.#write = options.write;
  }

  /** Distinct problems, levels in turn. @throws ProblemError when a level is asked for that the suite lacks. */
  *problems({ split, seed, levels = this.levels }: ProblemQuery): Generator<Problem<Program>> {
    const unknown = levels.find((level) => !this.levels.includes(level));
    if (unknown !== undefined || levels.length === 0) {
      throw new ProblemError(`suite ${this.name} has no level ${String(unknown ?? '(none given)')}`, {
        remedy: `Choose among the levels ${this.levels.join(', ')}.`,
      });
    }
    const random = Random.of(seed, this.name, split);
    const seen = new Set<string>();
    for (let count = 0; ;) {
      const problem = this.#draw(levels[count % levels.length]!, random);
      if (problem === null || splitOf(problem.key) !== split || seen.has(problem.key)) continue;
      seen.add(problem.key);
      count += 1;
      yield problem;
    }
  }

  verify(problem: Problem<Program>, finalText: string): Verdict {
    return verifyAnswer(problem.answer, finalText);
  }

  goldText(problem: Problem<Program>): string {
    return `answer: ${problem.answer}`;
  }

  #draw(level: number, random: Random): Problem<Program> | null {
    const draft = this.#write(level, random);
    const values = draft && solve(draft.program);
    if (!draft || !values) return null;
    const answer = formatValue(values.get(draft.program.items.at(-1)!.name)!);
    return Object.freeze({
      key: contentKey(this.name, draft.question),
      suite: this.name,
      level,
      question: draft.question,
      answer,
      data: draft.program,
    });
  }
}
