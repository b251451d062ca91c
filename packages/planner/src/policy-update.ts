import { learnedEpisodes } from './advantage-batch.js';
import type { LearnedEpisode } from './advantage-batch.js';
import type { NetworkLearner } from './network-learner.js';
import { policyLoss } from './policy-loss.js';
import type { PolicyStatistics, PolicyTargets } from './policy-loss.js';
import type { TrainingBatch, UpdateReport } from './trainable-planner.js';
import { layOut } from './trajectory-batch.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

/**
 * One leader update of GRPO (arXiv 2402.03300, algorithm 1, lines 7 to 10): group-normalised advantages over composite
 * rewards, then several passes of the clipped objective over the whole batch.
 */
export async function policyUpdate(
  learner: NetworkLearner,
  { groups, settings }: TrainingBatch,
): Promise<UpdateReport> {
  const { learned, ...counts } = learnedEpisodes(groups, learner.actions);
  if (learned.length === 0) return { ...counts, policy: null, gradientNorm: null };
  const batch = layOut(
    learned.map(({ trajectory }) => trajectory),
    learner.extractor,
  );
  const targets = targetsOf(batch, learned);
  const passes: PolicyStatistics[] = [];
  let norms = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    norms += await learner.step(batch, settings, (logits) => {
      const { gradient, statistics } = policyLoss(logits, targets, settings);
      passes.push(statistics);
      return gradient;
    });
  }
  return { ...counts, policy: summaryOf(passes), gradientNorm: norms / settings.epochs };
}

/** Spreads each episode's log-probabilities and advantage over its choices' rows. */
function targetsOf(batch: TrajectoryBatch, learned: readonly LearnedEpisode[]): PolicyTargets {
  const oldLogProbabilities = new Float64Array(batch.choices.length);
  const advantages = new Float64Array(batch.choices.length);
  for (const [column, { trajectory, logProbabilities, advantage }] of learned.entries()) {
    for (let time = 0; time < trajectory.choices.length; time += 1) {
      const row = time * batch.trajectories + column;
      oldLogProbabilities[row] = logProbabilities[time]!;
      advantages[row] = advantage;
    }
  }
  return { actions: batch.choices, oldLogProbabilities, advantages };
}

function summaryOf(passes: readonly PolicyStatistics[]): PolicyStatistics {
  const mean = (of: (pass: PolicyStatistics) => number) =>
    passes.reduce((sum, pass) => sum + of(pass), 0) / passes.length;
  return {
    decisions: passes[0]!.decisions,
    loss: mean((pass) => pass.loss),
    entropy: passes[0]!.entropy,
    clipFraction: mean((pass) => pass.clipFraction),
    divergence: passes.at(-1)!.divergence,
    smallestRatio: Math.min(...passes.map((pass) => pass.smallestRatio)),
    largestRatio: Math.max(...passes.map((pass) => pass.largestRatio)),
  };
}
