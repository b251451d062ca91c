import { ProblemError, splitOfProblem, take, type Problem, type Split, type TaskSuite } from '@rsim/core';

export interface HeldOutOptions {
  readonly suites: readonly TaskSuite[];
  readonly split: Split;
  readonly problemsPerSuite: number;
  readonly problemSeed?: number;
}

/**
 * The problems every policy is tried on, by suite; fewer than asked for where a suite has no more.
 *
 * @throws ProblemError when a suite has none, hands out one of another split, or one twice.
 */
export function heldOutProblems(options: HeldOutOptions): Map<string, Problem[]> {
  return new Map(options.suites.map((suite) => [suite.name, problemsOf(suite, options)]));
}

function problemsOf(suite: TaskSuite, { split, problemsPerSuite, problemSeed = 0 }: HeldOutOptions): Problem[] {
  const problems = take(suite.problems({ split, seed: problemSeed }), problemsPerSuite);
  if (problems.length === 0) {
    throw new ProblemError(`suite "${suite.name}" has no problems of split ${split}`, {
      remedy: 'Ask for at least one problem, of a split the suite has.',
    });
  }
  const keys = new Set<string>();
  for (const problem of problems) {
    const { key } = problem;
    if (splitOfProblem(problem) !== split || keys.has(key)) {
      const what = keys.has(key) ? 'twice' : `of split ${splitOfProblem(problem)}`;
      throw new ProblemError(`suite "${suite.name}" gave problem ${key} ${what} when asked for split ${split}`, {
        remedy: 'Training and test problems must stay apart: mend the suite.',
      });
    }
    keys.add(key);
  }
  return problems;
}
