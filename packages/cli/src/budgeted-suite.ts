import type { Budget, Problem, ProblemQuery, TaskSuite, Verdict } from '@rsim/core';

/** A suite whose episodes run under another budget; everything else is the suite's own. */
export class BudgetedSuite implements TaskSuite {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  readonly budget: Budget;
  readonly exceptions: TaskSuite['exceptions'];
  readonly count: TaskSuite['count'];
  readonly #suite: TaskSuite;

  /** @param budget what replaces the suite's own; fields left out stay as they are. */
  constructor(suite: TaskSuite, budget: Partial<Budget>) {
    this.name = suite.name;
    this.title = suite.title;
    this.domain = suite.domain;
    this.levels = suite.levels;
    this.exceptions = suite.exceptions;
    this.count = suite.count && ((query) => suite.count!(query));
    const given = Object.fromEntries(Object.entries(budget).filter(([, value]) => value !== undefined));
    this.budget = { ...suite.budget, ...given };
    this.#suite = suite;
  }

  problems(query: ProblemQuery): Iterable<Problem> {
    return this.#suite.problems(query);
  }

  verify(problem: Problem, finalText: string): Verdict | Promise<Verdict> {
    return this.#suite.verify(problem, finalText);
  }

  goldText(problem: Problem): string {
    return this.#suite.goldText(problem);
  }
}
