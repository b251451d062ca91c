import type { Curriculum, Problem, TaskSuite } from '@rsim/core';
import { trainingProblems } from './training-problems.js';

/** Where problems come from, and the names of their random streams. */
export interface ProblemSources {
  /** Of training, e.g. `stage0`; names its checkpoints too. */
  readonly stage: string;
  readonly seed: number;
  /** Problems come from these in turn. */
  readonly suites: readonly {
    readonly suite: TaskSuite;
    /** Only these levels; all by default. */
    readonly levels?: readonly number[];
    /** How often each of them is drawn as training goes on; all alike by default. */
    readonly curriculum?: Curriculum;
  }[];
}

export interface IterationDraw {
  /** Problems wanted, over all suites together. */
  readonly count: number;
  /** From 0. */
  readonly iteration: number;
  /** Of the whole stage. */
  readonly iterations: number;
  /** What the suites' token budgets are multiplied by. */
  readonly budgetMultiple: number;
}

/**
 * The problems of one iteration, from the suites in turn, each with its budgeted suite.
 *
 * @throws ConfigError when a suite has fewer training problems than the iteration wants.
 */
export function iterationProblems(
  { suites, seed, stage }: ProblemSources,
  { count, iteration, iterations, budgetMultiple }: IterationDraw,
): { problem: Problem; suite: TaskSuite }[] {
  const columns = suites.map(({ suite, levels = suite.levels, curriculum }, turn) => {
    // Suites whose turn comes first when the count does not divide; the turn moves on with the iteration.
    const place = (turn + iteration) % suites.length;
    const share = Math.floor((count + suites.length - 1 - place) / suites.length);
    const mostProblems = Math.ceil(count / suites.length);
    const draw = { seed, stage, iteration, iterations, problems: share, mostProblems, levels, curriculum };
    const problems = trainingProblems(suite, draw);
    const budgeted = withTokens(suite, budgetMultiple);
    return problems.map((problem) => ({ problem, suite: budgeted }));
  });
  const longest = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: longest }, (_, row) => columns.flatMap((column) => column[row] ?? [])).flat();
}

/** The suite with a multiple of its token budget. */
function withTokens(suite: TaskSuite, multiple: number): TaskSuite {
  if (multiple === 1) return suite;
  const budget = { ...suite.budget, tokens: Math.round(suite.budget.tokens * multiple) };
  const { name, title, domain, levels } = suite;
  return {
    ...{ name, title, domain, levels, budget },
    count: suite.count && ((query) => suite.count!(query)),
    problems: (query) => suite.problems(query),
    verify: (problem, finalText) => suite.verify(problem, finalText),
    goldText: (problem) => suite.goldText(problem),
  };
}
