import { learnedEpisodes } from './advantage-batch.js';
import type { LearnedEpisode } from './advantage-batch.js';
import { chunks } from './chunks.js';
import type { NetworkLearner } from './network-learner.js';
import { policyLoss } from './policy-loss.js';
import type { PolicyStatistics, PolicyTargets } from './policy-loss.js';
import { addRehearsalGradient } from './rehearsal-loss.js';
import type { RehearsalStatistics } from './rehearsal-loss.js';
import { rehearsalTargets, rehearsedTrajectories } from './rehearsal-targets.js';
import type { TrainingBatch, UpdateReport } from './trainable-planner.js';
import { layOut } from './trajectory-batch.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

/**
 * One leader update of GRPO (arXiv 2402.03300, algorithm 1, lines 7 to 10): group-normalised advantages over composite
 * rewards, then several passes of the clipped objective over the batch, in several steps each.
 */
export async function policyUpdate(
  learner: NetworkLearner,
  { groups, settings, rehearsals = [], penalty }: TrainingBatch,
): Promise<UpdateReport> {
  const { learned, ...counts } = learnedEpisodes(groups, learner.actions, settings.normalisation);
  const parts = chunks(learned, settings.minibatches).map((part) => part.flat());
  const rehearsed = chunks(rehearsedTrajectories(rehearsals), parts.length);
  const batches = parts.flatMap((episodes, part) => {
    if (episodes.length === 0) return [];
    const past = rehearsed[part] ?? [];
    const trajectories = [...episodes, ...past].map(({ trajectory }) => trajectory);
    const batch = layOut(trajectories, learner.extractor);
    const rehearsal = past.length === 0 ? null : rehearsalTargets(batch, past, episodes.length);
    return [{ batch, targets: targetsOf(batch, episodes), rehearsal }];
  });
  if (batches.length === 0) return { ...counts, policy: null, gradientNorm: null };
  const passes: PolicyStatistics[][] = [];
  const firstRehearsal: RehearsalStatistics[] = [];
  let norms = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const pass: PolicyStatistics[] = [];
    for (const { batch, targets, rehearsal } of batches) {
      const loss = (logits: Float32Array) => {
        const { gradient, statistics } = policyLoss(logits, targets, settings);
        pass.push(statistics);
        if (rehearsal !== null) {
          const found = addRehearsalGradient(gradient, logits, rehearsal, statistics.decisions);
          if (epoch === 0) firstRehearsal.push(found);
        }
        return gradient;
      };
      norms += await learner.step(batch, settings, loss, penalty);
    }
    passes.push(pass);
  }
  return {
    ...counts,
    policy: summaryOf(passes),
    gradientNorm: norms / (settings.epochs * batches.length),
    ...(firstRehearsal.length === 0 ? {} : { rehearsal: rehearsalOf(firstRehearsal) }),
  };
}

/** Spreads each episode's log-probabilities and advantage over its choices' rows; what is rehearsed has no such rows. */
function targetsOf(batch: TrajectoryBatch, learned: readonly LearnedEpisode[]): PolicyTargets {
  const actions = new Int32Array(batch.choices.length).fill(-1);
  const oldLogProbabilities = new Float64Array(batch.choices.length);
  const advantages = new Float64Array(batch.choices.length);
  for (const [column, { trajectory, logProbabilities, advantage }] of learned.entries()) {
    for (let time = 0; time < trajectory.choices.length; time += 1) {
      const row = time * batch.trajectories + column;
      actions[row] = batch.choices[row]!;
      oldLogProbabilities[row] = logProbabilities[time]!;
      advantages[row] = advantage;
    }
  }
  return { actions, oldLogProbabilities, advantages };
}

function rehearsalOf(steps: readonly RehearsalStatistics[]): RehearsalStatistics {
  const decisions = steps.reduce((sum, step) => sum + step.decisions, 0);
  const divergence = steps.reduce((sum, step) => sum + step.divergence * step.decisions, 0) / Math.max(1, decisions);
  return { decisions, divergence };
}

function summaryOf(passes: readonly (readonly PolicyStatistics[])[]): PolicyStatistics {
  const all = passes.flat();
  const mean = (steps: readonly PolicyStatistics[], of: (step: PolicyStatistics) => number) => {
    const decisions = steps.reduce((sum, step) => sum + step.decisions, 0);
    return steps.reduce((sum, step) => sum + of(step) * step.decisions, 0) / decisions;
  };
  return {
    decisions: passes[0]!.reduce((sum, step) => sum + step.decisions, 0),
    loss: mean(all, (step) => step.loss),
    entropy: mean(passes[0]!, (step) => step.entropy),
    clipFraction: mean(all, (step) => step.clipFraction),
    divergence: mean(passes.at(-1)!, (step) => step.divergence),
    smallestRatio: Math.min(...all.map((step) => step.smallestRatio)),
    largestRatio: Math.max(...all.map((step) => step.largestRatio)),
  };
}
