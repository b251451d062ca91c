import { imitationUpdate } from './imitation-update.js';
import type { NetworkLearner } from './network-learner.js';
import { policyUpdate } from './policy-update.js';

const updates = { policy: policyUpdate, imitation: imitationUpdate } as const;

/** The ways in which a planner learns. */
export type UpdateKind = keyof typeof updates;
export type UpdateBatch<Kind extends UpdateKind> = Parameters<(typeof updates)[Kind]>[1];
export type UpdateOutcome<Kind extends UpdateKind> = Awaited<ReturnType<(typeof updates)[Kind]>>;

/** One update in this thread. */
export function runUpdate<Kind extends UpdateKind>(
  learner: NetworkLearner,
  kind: Kind,
  batch: UpdateBatch<Kind>,
): Promise<UpdateOutcome<Kind>> {
  const update = updates[kind] as (learner: NetworkLearner, batch: UpdateBatch<Kind>) => Promise<UpdateOutcome<Kind>>;
  return update(learner, batch);
}
