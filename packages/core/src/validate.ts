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

/** So many answers are with a verifier at once: one that runs programs has several processes for them. */
const together = 16;

/**
 * Grades the gold answers of problems with the suite's own verifier.
 *
 * @param onProblem called after each.
 */
export async function validateProblems(
  suite: TaskSuite,
  problems: readonly Problem[],
  onProblem: () => void = () => undefined,
): Promise<Validation> {
  const refused: RefusedGold[] = [];
  for (let start = 0; start < problems.length; start += together) {
    const reasons = problems.slice(start, start + together).map(async (problem) => {
      const reason = await refusal(suite, problem);
      onProblem();
      return reason === null ? [] : [{ problem, reason }];
    });
    refused.push(...(await Promise.all(reasons)).flat());
  }
  return { checked: problems.length, refused };
}

/** Grades the gold answers of the first `count` problems of a query. */
export function validate(suite: TaskSuite, query: ProblemQuery, count: number): Promise<Validation> {
  return validateProblems(suite, take(suite.problems(query), count));
}

async function refusal(suite: TaskSuite, problem: Problem): Promise<string | null> {
  try {
    const { status, score } = await suite.verify(problem, suite.goldText(problem));
    return status === 'correct' && score === 1 ? null : status;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
