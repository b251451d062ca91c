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

/** A problem before it has a key. */
export interface Draft<Data> {
  readonly question: string;
  readonly answer: string;
  readonly data: Data;
}

export interface ProceduralSuiteOptions<Data> {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  readonly budget: Budget;
  /** Writes one problem of a level, or `null` when the dice fell on one that cannot be. */
  write(level: number, random: Random): Draft<Data> | null;
  /** As those of `TaskSuite`. */
  verify(problem: Problem<Data>, finalText: string): Verdict;
  goldText(problem: Problem<Data>): string;
  wrongTexts?(problem: Problem<Data>): readonly string[];
}

/** Draws in a row that may fail: far more than any level needs that is not used up. */
const mostFailures = 50_000;

/** A suite whose problems are written on demand, without end. */
export class ProceduralSuite<Data> implements TaskSuite<Data> {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  readonly budget: Budget;
  readonly #options: ProceduralSuiteOptions<Data>;

  constructor(options: ProceduralSuiteOptions<Data>) {
    this.name = options.name;
    this.title = options.title;
    this.domain = options.domain;
    this.levels = options.levels;
    this.budget = options.budget;
    this.#options = options;
  }

  /**
   * Distinct problems, levels in turn.
   *
   * @throws ProblemError when a level is asked for that the suite lacks, or one is used up.
   */
  *problems({ split, seed, levels = this.levels }: ProblemQuery): Generator<Problem<Data>> {
    const unknown = levels.find((level) => !this.levels.includes(level));
    if (unknown !== undefined || levels.length === 0) {
      throw new ProblemError(`suite ${this.name} has no level ${String(unknown ?? '(none given)')}`, {
        remedy: `Choose among the levels ${this.levels.join(', ')}.`,
      });
    }
    const random = Random.of(seed, this.name, split);
    const seen = new Set<string>();
    for (let count = 0, failures = 0; failures < mostFailures; failures += 1) {
      const problem = this.#draw(levels[count % levels.length]!, random);
      if (problem === null || splitOf(problem.key) !== split || seen.has(problem.key)) continue;
      seen.add(problem.key);
      count += 1;
      failures = 0;
      yield problem;
    }
    const level = levels[seen.size % levels.length]!;
    throw new ProblemError(`suite ${this.name} finds no further problem of level ${level} in split ${split}`, {
      remedy: `Ask for fewer than ${seen.size}, for more levels, or for a wider range in its options.`,
    });
  }

  verify(problem: Problem<Data>, finalText: string): Verdict {
    return this.#options.verify(problem, finalText);
  }

  goldText(problem: Problem<Data>): string {
    return this.#options.goldText(problem);
  }

  wrongTexts(problem: Problem<Data>): readonly string[] {
    return this.#options.wrongTexts?.(problem) ?? [];
  }

  #draw(level: number, random: Random): Problem<Data> | null {
    const draft = this.#options.write(level, random);
    if (draft === null) return null;
    const { question, answer, data } = draft;
    const key = contentKey(this.name, question);
    return Object.freeze({ key, suite: this.name, level, question, answer, data });
  }
}
