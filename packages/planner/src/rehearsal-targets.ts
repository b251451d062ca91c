import type { Rehearsal } from '@rsim/core';
import type { RehearsalTargets } from './rehearsal-loss.js';
import type { ChoiceLayout, Trajectory } from './trajectory.js';

/** An episode of the past, ready to be laid out. */
export interface RehearsedTrajectory extends Rehearsal {
  readonly trajectory: Trajectory;
}

/** What is to be rehearsed, without episodes that have nothing to keep. */
export function rehearsedTrajectories(rehearsals: readonly Rehearsal[]): RehearsedTrajectory[] {
  return rehearsals.flatMap((rehearsal) => {
    const { episode, targets } = rehearsal;
    const last = targets.findLastIndex((target) => target !== null);
    if (last < 0) return [];
    const steps = episode.steps.map(({ strategy, text }) => ({ strategy: strategy ?? '', text }));
    // Only how many choices there are matters: what to say is in the targets.
    const choices = Array<null>(last + 1).fill(null);
    return [{ ...rehearsal, trajectory: { question: episode.problem.question, steps, choices } }];
  });
}

/** Spreads the targets over the rows of a batch in which the rehearsed trajectories stand behind `before` others. */
export function rehearsalTargets(
  batch: ChoiceLayout,
  rehearsed: readonly RehearsedTrajectory[],
  before: number,
): RehearsalTargets {
  const distributions = Array<readonly number[] | null>(batch.choices.length).fill(null);
  const weights = new Float64Array(batch.choices.length);
  for (const [index, { targets, trajectory, weight }] of rehearsed.entries()) {
    for (let time = 0; time < trajectory.choices.length; time += 1) {
      const row = time * batch.trajectories + before + index;
      distributions[row] = targets[time] ?? null;
      weights[row] = weight;
    }
  }
  return { distributions, weights };
}
