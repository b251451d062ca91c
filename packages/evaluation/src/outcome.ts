import type { Episode, PlannerState, Problem } from '@rsim/core';
import { z } from 'zod';

/**
 * Says whether step `index` of an episode is right, wrong, or nothing that could be either (`null`). Comes from whoever
 * knows what the steps of a suite mean.
 */
export type StepJudge = (problem: Problem, steps: PlannerState['steps'], index: number) => 'right' | 'wrong' | null;

/** How many decisions followed a step of one kind, and how many of them were to check it. */
const checkCountSchema = z.object({
  decisions: z.int().nonnegative(),
  checked: z.int().nonnegative(),
});

/** What one policy made of one problem: all that rows, comparisons and dependent policies are computed from. */
export const outcomeSchema = z.object({
  /** Key of the problem. */
  problem: z.string(),
  correct: z.boolean(),
  /** Tokens counted against the budget, of all episodes it took. */
  tokens: z.number().nonnegative(),
  /** Code of the error that ended the episode (or all of them); such a problem counts as wrong. */
  error: z.string().nullable(),
  /** Strategies the leader chose, in order; forced answers are not among them. */
  decisions: z.array(z.string()),
  /** Decisions after steps judged wrong and right; `null` where nobody judges. */
  checks: z.object({ wrong: checkCountSchema, right: checkCountSchema }).nullable(),
});

export type Outcome = z.infer<typeof outcomeSchema>;

/** The strategy whose use is called checking. */
export const checkStrategy = 'validation';

/** What one episode made of its problem. */
export function outcomeOf(problem: Problem, episode: Episode, judge?: StepJudge): Outcome {
  return {
    problem: problem.key,
    correct: episode.verdict?.status === 'correct',
    tokens: episode.budgetTokens,
    error: episode.error?.code ?? null,
    decisions: episode.steps.flatMap(({ decision }) => decision?.strategy ?? []),
    checks: judge ? countChecks(problem, episode, judge) : null,
  };
}

/**
 * After steps of either kind: how often did the leader decide, how often to check? What follows a check is not counted:
 * hardly anybody checks a check, and as checks mostly leave right lines behind, counting that would make any policy
 * that checks look as if it spared the right ones.
 */
function countChecks(problem: Problem, episode: Episode, judge: StepJudge): NonNullable<Outcome['checks']> {
  const counts = { wrong: { decisions: 0, checked: 0 }, right: { decisions: 0, checked: 0 } };
  const steps = episode.steps.map(({ strategy, text }) => ({ strategy: strategy ?? '', text }));
  for (const [index, { decision }] of episode.steps.entries()) {
    if (index === 0 || decision === null) continue;
    if (steps[index - 1]?.strategy === checkStrategy) continue;
    const judged = judge(problem, steps.slice(0, index), index - 1);
    if (judged === null) continue;
    counts[judged].decisions += 1;
    if (decision.strategy === checkStrategy) counts[judged].checked += 1;
  }
  return counts;
}
