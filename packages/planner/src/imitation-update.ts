import type { Episode } from '@rsim/core';
import { imitationLoss } from './imitation-loss.js';
import type { ImitationStatistics } from './imitation-loss.js';
import { flawOf } from './network-learner.js';
import type { NetworkLearner } from './network-learner.js';
import type { Trajectory } from './trajectory.js';

/** An episode whose choices are to be imitated. */
export interface Demonstration {
  readonly trajectory: Trajectory;
  /** How much each of its choices counts; 1 is usual. */
  readonly weight: number;
}

export interface ImitationBatch {
  readonly demonstrations: readonly Demonstration[];
  readonly learningRate: number;
  readonly maxGradientNorm: number;
}

/** What a step of imitation found before it, and why it was taken back, if it was. */
export interface ImitationReport extends ImitationStatistics {
  /** Empty when it was not, e.g. because its gradient is no finite number. */
  readonly skipped: readonly string[];
}

/** One gradient step on a batch of demonstrations. Where a number of it is not finite, it changes nothing. */
export async function imitationUpdate(learner: NetworkLearner, batch: ImitationBatch): Promise<ImitationReport> {
  const { demonstrations } = batch;
  let statistics: ImitationStatistics = { choices: 0, loss: 0, agreement: 0 };
  if (demonstrations.length === 0) return { ...statistics, skipped: [] };
  const layout = await learner.network.layOut(demonstrations.map(({ trajectory }) => trajectory));
  const weights = Float64Array.from(layout.choices, (_, row) => demonstrations[row % layout.trajectories]!.weight);
  const before = learner.snapshot();
  const step = await learner.step(layout, batch, (logits) => {
    const result = imitationLoss(logits, { actions: layout.choices, weights });
    statistics = result.statistics;
    return result;
  });
  const flaw = flawOf(statistics.loss, step);
  if (flaw === null) return { ...statistics, skipped: [] };
  learner.restore(before);
  return { choices: 0, loss: 0, agreement: 0, skipped: [flaw] };
}

/**
 * What an episode demonstrates: the strategy of every step that was not forced, whoever chose it.
 *
 * @returns `null` when it shows no choice among `strategies`, or ended in an error.
 */
export function demonstrationOf(episode: Episode, strategies: readonly string[], weight = 1): Demonstration | null {
  if (episode.error !== null) return null;
  const choices = episode.steps.map(({ strategy, forced }) => {
    const action = strategy === null || forced ? -1 : strategies.indexOf(strategy);
    return action < 0 ? null : action;
  });
  const last = choices.findLastIndex((choice) => choice !== null);
  if (last < 0) return null;
  const steps = episode.steps.map(({ strategy, text }) => ({ strategy: strategy ?? '', text }));
  return { trajectory: { question: episode.problem.question, steps, choices: choices.slice(0, last + 1) }, weight };
}
