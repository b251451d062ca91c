import { objectiveOf } from '@rsim/core';
import { chunks } from './chunks.js';
import { learnedEpisodes } from './learned-episodes.js';
import type { LearnedEpisode } from './learned-episodes.js';
import { flawOf } from './network-learner.js';
import type { HeadLoss, NetworkLearner } from './network-learner.js';
import { policyLoss } from './losses/policy-loss.js';
import type { PolicyStatistics, PolicyTargets } from './losses/policy-loss.js';
import { valueLoss, valueStatistics } from './losses/value-loss.js';
import type { ValueErrors, ValueTargets } from './losses/value-loss.js';
import { addRehearsalGradient } from './rehearsal-loss.js';
import type { RehearsalStatistics } from './rehearsal-loss.js';
import { rehearsalTargets, rehearsedTrajectories } from './rehearsal-targets.js';
import type { TrainingBatch, UpdateReport } from './trainable-planner.js';
import type { ChoiceLayout } from './trajectory.js';

/**
 * One leader update (as in GRPO, arXiv 2402.03300, algorithm 1, line 10): several passes of the clipped objective over the
 * batch, in several steps each. Where a loss, a gradient or a weight is no finite number, all of it is taken back.
 */
export async function policyUpdate(
  learner: NetworkLearner,
  { groups, settings, rehearsals = [], penalty }: TrainingBatch,
): Promise<UpdateReport> {
  const learned = learnedEpisodes(groups, learner.actions);
  const parts = chunks(learned, settings.minibatches).map((part) => part.flat());
  const rehearsed = chunks(rehearsedTrajectories(rehearsals), parts.length);
  const layingOut = parts.map(async (episodes, part) => {
    const past = rehearsed[part] ?? [];
    const trajectories = [...episodes, ...past].map(({ trajectory }) => trajectory);
    const batch = await learner.network.layOut(trajectories);
    const targets = targetsOf(batch, episodes, settings.weight ?? 1);
    const rehearsal = past.length === 0 ? null : rehearsalTargets(batch, past, episodes.length);
    return { batch, targets, valueTargets: valueTargetsOf(batch, episodes), rehearsal };
  });
  const batches = await Promise.all(layingOut);
  if (batches.length === 0) return nothingLearned([]);
  const before = learner.snapshot();
  const options = { objective: objectiveOf(settings, settings.kl ?? 0), entropy: settings.entropy };
  const passes: PolicyStatistics[][] = [];
  const values: ValueErrors[] = [];
  const firstRehearsal: RehearsalStatistics[] = [];
  let norms = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const pass: PolicyStatistics[] = [];
    for (const { batch, targets, valueTargets, rehearsal } of batches) {
      const loss: HeadLoss = (scores, estimates) => {
        const { gradient, statistics } = policyLoss(scores, targets, options);
        pass.push(statistics);
        if (rehearsal !== null) {
          const found = addRehearsalGradient(gradient, scores, rehearsal, statistics.decisions);
          if (epoch === 0) firstRehearsal.push(found);
        }
        if (estimates === null) return { gradient };
        const value = valueLoss(estimates, valueTargets, settings.valueWeight ?? 0.5);
        if (epoch === 0) values.push(value);
        return { gradient, valueGradient: value.valueGradient };
      };
      const step = await learner.step(batch, settings, loss, penalty);
      const flaw = flawOf(pass.at(-1)!.loss, step);
      if (flaw !== null) {
        learner.restore(before);
        return nothingLearned([`${flaw} in pass ${epoch + 1}, gradient step ${pass.length}`]);
      }
      norms += step.norm;
    }
    passes.push(pass);
  }
  return {
    policy: summaryOf(passes),
    value: valueStatistics(values),
    gradientNorm: norms / (settings.epochs * batches.length),
    skipped: [],
    ...(firstRehearsal.length === 0 ? {} : { rehearsal: rehearsalOf(firstRehearsal) }),
  };
}

function nothingLearned(skipped: readonly string[]): UpdateReport {
  return { policy: null, value: null, gradientNorm: null, skipped };
}

function targetsOf(batch: ChoiceLayout, learned: readonly LearnedEpisode[], weight: number): PolicyTargets {
  const references = inRows(batch, learned, (each) => each.referenceLogProbabilities);
  return {
    actions: choicesOf(batch, (trajectory) => trajectory < learned.length),
    episodes: batch.trajectories,
    oldLogProbabilities: inRows(batch, learned, ({ logProbabilities }) => logProbabilities),
    advantages: inRows(batch, learned, ({ advantages }) => advantages).map((advantage) => weight * advantage),
    referenceLogProbabilities: Array.from(references, (value, row) =>
      learned[row % batch.trajectories]?.referenceLogProbabilities === undefined ? null : value,
    ),
  };
}

/** The choices of these trajectories. */
function choicesOf({ choices, trajectories }: ChoiceLayout, isWanted: (trajectory: number) => boolean): Int32Array {
  return choices.map((choice, row) => (isWanted(row % trajectories) ? choice : -1));
}

function rehearsalOf(steps: readonly RehearsalStatistics[]): RehearsalStatistics {
  const decisions = steps.reduce((sum, step) => sum + step.decisions, 0);
  const divergence = steps.reduce((sum, step) => sum + step.divergence * step.decisions, 0) / Math.max(1, decisions);
  return { decisions, divergence };
}

function valueTargetsOf(batch: ChoiceLayout, learned: readonly LearnedEpisode[]): ValueTargets {
  return {
    actions: choicesOf(batch, (trajectory) => learned[trajectory]?.valueTargets !== undefined),
    values: inRows(batch, learned, ({ valueTargets }) => valueTargets),
  };
}

/** Lays numbers that episodes have for their steps out as their choices' rows; 0 where one has none. */
function inRows(
  batch: ChoiceLayout,
  learned: readonly LearnedEpisode[],
  numbersOf: (episode: LearnedEpisode) => readonly number[] | undefined,
): Float64Array {
  const rows = new Float64Array(batch.choices.length);
  for (const [column, episode] of learned.entries()) {
    const numbers = numbersOf(episode) ?? [];
    for (let time = 0; time < episode.trajectory.choices.length; time += 1) {
      rows[time * batch.trajectories + column] = numbers[time] ?? 0;
    }
  }
  return rows;
}

function summaryOf(passes: readonly (readonly PolicyStatistics[])[]): PolicyStatistics {
  const all = passes.flat();
  const mean = (steps: readonly PolicyStatistics[], of: (step: PolicyStatistics) => number) => {
    const decisions = steps.reduce((sum, step) => sum + step.decisions, 0);
    return steps.reduce((sum, step) => sum + of(step) * step.decisions, 0) / decisions;
  };
  const referred = passes[0]!.filter(({ referenceDivergence }) => referenceDivergence !== null);
  return {
    decisions: passes[0]!.reduce((sum, step) => sum + step.decisions, 0),
    loss: mean(all, (step) => step.loss),
    entropy: mean(passes[0]!, (step) => step.entropy),
    clipFraction: mean(all, (step) => step.clipFraction),
    divergence: mean(passes.at(-1)!, (step) => step.divergence),
    referenceDivergence: referred.length === 0 ? null : mean(referred, (step) => step.referenceDivergence!),
    smallestRatio: Math.min(...all.map((step) => step.smallestRatio)),
    largestRatio: Math.max(...all.map((step) => step.largestRatio)),
  };
}
