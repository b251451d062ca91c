import { at } from '../at.js';
import { plannerPolicy } from '../policies/planner.js';
import type { Policy } from '../policies/policy.js';
import { selfConsistencyPolicy } from '../policies/self-consistency.js';
import type { ComparisonRequest } from '../results/comparisons.js';
import type { PlannerRow } from './transfer-options.js';

export interface TransferPoliciesOptions {
  readonly planners: readonly PlannerRow[];
  readonly baselines: readonly Policy[];
  readonly selfConsistency: boolean;
}

/** The policies of one follower and of evaluation seed number `place`: planners, baselines, votes at each planner's tokens. */
export function transferPolicies(options: TransferPoliciesOptions, place: number): Policy[] {
  const { planners, baselines, selfConsistency } = options;
  return [
    ...planners.map(({ name, trainedOn, planners: trained }) =>
      plannerPolicy({ ...at(trained, place % trained.length), trainedOn }, name),
    ),
    ...baselines,
    ...(selfConsistency ? planners.map((row) => selfConsistencyPolicy(votesOf(row, planners))) : []),
  ];
}

/** Self-consistency at the tokens of one planner; it has that planner's name where there are others. */
export function votesOf({ name }: PlannerRow, planners: readonly PlannerRow[]): { name: string; matching: string } {
  return { name: planners.length === 1 ? 'self-consistency' : `self-consistency (${name})`, matching: name };
}

/**
 * Each planner with every baseline, with the votes at its own tokens, and, on a follower it was not trained with, with
 * the planners that were.
 *
 * @param models by the follower's name, the name of its model.
 */
export function transferComparisons(
  planners: readonly PlannerRow[],
  baselines: readonly string[],
  models: ReadonlyMap<string, string>,
): ComparisonRequest[] {
  return planners.flatMap((row) => {
    const policy = row.name;
    const natives = [...models].flatMap(([follower, model]) =>
      planners
        .filter(({ trainedOn }) => trainedOn === model && row.trainedOn !== model)
        .map(({ name: baseline }) => ({ policy, baseline, follower })),
    );
    return [...[...baselines, votesOf(row, planners).name].map((baseline) => ({ policy, baseline })), ...natives];
  });
}
