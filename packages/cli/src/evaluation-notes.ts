import type { RsimConfig, TaskSuite } from '@rsim/core';
import { shortSuites } from './short-suites.js';

/** What the reader of an evaluation's numbers should know before it begins, a sentence each. */
export function evaluationNotes(
  suites: readonly TaskSuite[],
  { evaluation, temperature }: Pick<RsimConfig, 'evaluation' | 'temperature'>,
): string[] {
  const { problems, samples, split } = evaluation;
  const alike = 'at temperature 0 the samples of a problem differ only where the policy itself draws at random';
  return [...shortSuites(suites, split, problems), ...(samples > 1 && temperature === 0 ? [alike] : [])];
}
