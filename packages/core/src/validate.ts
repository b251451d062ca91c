import { messageOf } from './errors.js';
import type { Problem } from './problem.js';
import type { ProblemQuery, TaskSuite } from './task-suite.js';
import { take } from './take.js';

/** A problem whose gold answer its own suite does not accept. */
export interface RefusedGold {
  readonly problem: Problem;
  /** The verdict's status, or the message of what the verifier threw. */
  readonly reason: string;
}

export interface Validation {
  readonly checked: number;
  readonly refused: readonly RefusedGold[];
}

/** Grades the gold answers of the first `count` problems of a query with the suite's own verifier. */
export async function validate(suite: TaskSuite, query: ProblemQuery, count: number): Promise<Validation> {
  const problems = take(suite.problems(query), count);
  const refused: RefusedGold[] = [];
  for (const problem of problems) {
    const reason = await refusal(suite, problem);
    if (reason !== null) refused.push({ problem, reason });
  }
  return { checked: problems.length, refused };
}

async function refusal(suite: TaskSuite, problem: Problem): Promise<string | null> {
  try {
    const { status, score } = await suite.verify(problem, suite.goldText(problem));
    return status === 'correct' && score === 1 ? null : status;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
