import { ProblemError, type Problem, type ProblemQuery, type TaskSuite } from '@rsim/core';
import type { Program } from './program.js';

const mostRemembered = 50_000;

/**
 * Remembers which program solves which question, for those who may know: the scripted follower and the oracle. Suites
 * that are watched enter the problems they hand out; the oldest are forgotten.
 */
export class ProgramIndex {
  readonly #programs = new Map<string, Program>();

  add(problem: Problem<Program>): void {
    this.#programs.set(problem.question, problem.data);
    if (this.#programs.size > mostRemembered) this.#programs.delete(this.#programs.keys().next().value!);
  }

  /** @throws ProblemError when the question was never entered. */
  find(question: string): Program {
    const program = this.#programs.get(question);
    if (!program) {
      throw new ProblemError(`no program is known for the question "${question.slice(0, 60)}"`, {
        remedy: 'The scripted follower and the oracle work with procedural suites only; watch the suite first.',
      });
    }
    return program;
  }

  /** The same suite, whose problems are entered as they are handed out. */
  watch(suite: TaskSuite<Program>): TaskSuite<Program> {
    const remember = (problem: Problem<Program>) => {
      this.add(problem);
      return problem;
    };
    return {
      name: suite.name,
      title: suite.title,
      domain: suite.domain,
      levels: suite.levels,
      budget: suite.budget,
      *problems(query: ProblemQuery) {
        for (const problem of suite.problems(query)) yield remember(problem);
      },
      verify: (problem, text) => suite.verify(problem, text),
      goldText: (problem) => suite.goldText(problem),
    };
  }
}
