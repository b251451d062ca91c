import { chunks } from './chunks.js';
import { learnedEpisodes } from './learned-episodes.js';
import type { LearnedEpisode } from './learned-episodes.js';
import type { NetworkLearner } from './network-learner.js';
import { policyLoss } from './policy-loss.js';
import type { PolicyStatistics, PolicyTargets } from './policy-loss.js';
import type { TrainingBatch, UpdateReport } from './trainable-planner.js';
import { layOut } from './trajectory-batch.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

/**
 * One leader update (as in GRPO, arXiv 2402.03300, algorithm 1, line 10): several passes of the clipped objective over the
 * batch, in several steps each.
 */
export async function policyUpdate(
  learner: NetworkLearner,
  { groups, settings }: TrainingBatch,
): Promise<UpdateReport> {
  const learned = learnedEpisodes(groups, learner.actions);
  const batches = chunks(learned, settings.minibatches).map((part) => {
    const episodes = part.flat();
    const trajectories = episodes.map(({ trajectory }) => trajectory);
    const batch = layOut(trajectories, learner.extractor);
    return { batch, targets: targetsOf(batch, episodes, settings.weight) };
  });
  if (batches.length === 0) return { policy: null, gradientNorm: null };
  const passes: PolicyStatistics[][] = [];
  let norms = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const pass: PolicyStatistics[] = [];
    for (const { batch, targets } of batches) {
      norms += await learner.step(batch, settings, (logits) => {
        const { gradient, statistics } = policyLoss(logits, targets, settings);
        pass.push(statistics);
        return gradient;
      });
    }
    passes.push(pass);
  }
  return { policy: summaryOf(passes), gradientNorm: norms / (settings.epochs * batches.length) };
}

/** Lays each episode's log-probabilities and weighted advantages out as its choices' rows. */
function targetsOf(batch: TrajectoryBatch, learned: readonly LearnedEpisode[], weight = 1): PolicyTargets {
  const oldLogProbabilities = new Float64Array(batch.choices.length);
  const advantages = new Float64Array(batch.choices.length);
  for (const [column, { trajectory, logProbabilities, advantages: known }] of learned.entries()) {
    for (let time = 0; time < trajectory.choices.length; time += 1) {
      const row = time * batch.trajectories + column;
      oldLogProbabilities[row] = logProbabilities[time]!;
      advantages[row] = weight * known[time]!;
    }
  }
  return { actions: batch.choices, oldLogProbabilities, advantages };
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
