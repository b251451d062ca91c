import { learnedEpisodes } from './learned-episodes.js';
import type { LearnedEpisode } from './learned-episodes.js';
import type { NetworkLearner } from './network-learner.js';
import { policyLoss } from './losses/policy-loss.js';
import type { PolicyLossOptions, PolicyStatistics, PolicyTargets } from './losses/policy-loss.js';
import type { TrainingBatch, UpdateReport, UpdateSettings } from './trainable-planner.js';
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
    return { batch, targets: targetsOf(batch, episodes) };
  });
  if (batches.length === 0) return { policy: null, gradientNorm: null };
  const options = lossOptions(settings);
  const passes: PolicyStatistics[][] = [];
  let norms = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const pass: PolicyStatistics[] = [];
    for (const { batch, targets } of batches) {
      norms += await learner.step(batch, settings, (logits) => {
        const { gradient, statistics } = policyLoss(logits, targets, options);
        pass.push(statistics);
        return gradient;
      });
    }
    passes.push(pass);
  }
  return { policy: summaryOf(passes), gradientNorm: norms / (settings.epochs * batches.length) };
}

function lossOptions({ clip, entropy, ...settings }: UpdateSettings): PolicyLossOptions {
  return {
    objective: {
      surrogate: settings.loss ?? 'ppo',
      clip: { below: clip, above: settings.clipHigh ?? clip },
      aggregation: settings.aggregation ?? 'decision',
      divergenceWeight: settings.kl ?? 0,
      divergence: settings.klEstimator ?? 'k3',
    },
    entropy,
  };
}

/** At most `count` parts of about equal size, in order; neighbours stay together, so each part has problems of all suites. */
function chunks<T>(items: readonly T[], count: number): T[][] {
  const size = Math.max(1, Math.ceil(items.length / count));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}

/** Lays each episode's numbers out as its choices' rows. */
function targetsOf(batch: TrajectoryBatch, learned: readonly LearnedEpisode[]): PolicyTargets {
  const laidOut = (numbersOf: (episode: LearnedEpisode) => readonly number[]) => {
    const rows = new Float64Array(batch.choices.length);
    for (const [column, episode] of learned.entries()) {
      const numbers = numbersOf(episode);
      for (let time = 0; time < episode.trajectory.choices.length; time += 1) {
        rows[time * batch.trajectories + column] = numbers[time]!;
      }
    }
    return rows;
  };
  const isReferred = learned.every(({ referenceLogProbabilities }) => referenceLogProbabilities !== undefined);
  return {
    actions: batch.choices,
    episodes: batch.trajectories,
    oldLogProbabilities: laidOut(({ logProbabilities }) => logProbabilities),
    advantages: laidOut(({ advantages }) => advantages),
    referenceLogProbabilities: isReferred ? laidOut((episode) => episode.referenceLogProbabilities!) : null,
  };
}

function summaryOf(passes: readonly (readonly PolicyStatistics[])[]): PolicyStatistics {
  const all = passes.flat();
  const mean = (steps: readonly PolicyStatistics[], of: (step: PolicyStatistics) => number) => {
    const decisions = steps.reduce((sum, step) => sum + step.decisions, 0);
    return steps.reduce((sum, step) => sum + of(step) * step.decisions, 0) / decisions;
  };
  const isReferred = all.every(({ referenceDivergence }) => referenceDivergence !== null);
  return {
    decisions: passes[0]!.reduce((sum, step) => sum + step.decisions, 0),
    loss: mean(all, (step) => step.loss),
    entropy: mean(passes[0]!, (step) => step.entropy),
    clipFraction: mean(all, (step) => step.clipFraction),
    divergence: mean(passes.at(-1)!, (step) => step.divergence),
    referenceDivergence: isReferred ? mean(passes[0]!, (step) => step.referenceDivergence ?? 0) : null,
    smallestRatio: Math.min(...all.map((step) => step.smallestRatio)),
    largestRatio: Math.max(...all.map((step) => step.largestRatio)),
  };
}
