import { imitationUpdate } from './imitation-update.js';
import type { ImitationBatch } from './imitation-update.js';
import type { NetworkLearner } from './network-learner.js';
import { learnedEpisodes } from './learned-episodes.js';
import { policyUpdate } from './policy-update.js';
import { rehearsedTrajectories } from './rehearsal-targets.js';
import type { TrainingBatch } from './trainable-planner.js';
import type { Trajectory } from './trajectory.js';

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

/** Everything an update reads. */
export function trajectoriesOf<Kind extends UpdateKind>(
  { actions }: NetworkLearner,
  kind: Kind,
  batch: UpdateBatch<Kind>,
): Trajectory[] {
  if (kind === 'imitation') return (batch as ImitationBatch).demonstrations.map(({ trajectory }) => trajectory);
  const { groups, rehearsals = [] } = batch as TrainingBatch;
  const read = [...learnedEpisodes(groups, actions).flat(), ...rehearsedTrajectories(rehearsals)];
  return read.map(({ trajectory }) => trajectory);
}
