import type { Verdict } from '@rsim/core';
import { sharedCodePool, type TestsRequest } from '@rsim/verifiers';

/** The verdict on a Python program by its tests; `program` null when the answer held none. */
export async function judgeTests(program: string | null, tests: Omit<TestsRequest, 'program'>): Promise<Verdict> {
  if (program === null) return { status: 'unparsed', score: 0, extracted: null };
  const { status } = await sharedCodePool().runTests({ ...tests, program });
  if (status === 'timeout') return { status, score: null, extracted: program };
  return status === 'passed'
    ? { status: 'correct', score: 1, extracted: program }
    : { status: 'wrong', score: 0, extracted: program };
}
