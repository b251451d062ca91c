import { TOKENS, type Follower } from '@rsim/core';
import { CellFolder, evaluate, writeResults, type Results, type TrainedPlanner } from '@rsim/evaluation';
import type { RunFolder } from '@rsim/tracking';
import type { Composition } from './composition.js';
import { evaluationPolicies, stepJudge } from './evaluation-policies.js';
import { Progress } from './progress.js';
import { bestSchedules } from './schedules.js';

export interface EvaluationRun {
  readonly composition: Composition;
  readonly run: RunFolder;
  readonly trained: TrainedPlanner;
  readonly signal: AbortSignal;
  /** Where the results go; into the run folder by default. */
  readonly output?: string;
}

/** Compares the policies that the configuration names, goes on where it was interrupted, and writes the results. */
export async function runEvaluation({ composition, run, trained, signal, output }: EvaluationRun): Promise<Results> {
  const { container } = composition;
  const { evaluation, seed, temperature } = container.resolve(TOKENS.config);
  const suites = container.resolve(TOKENS.suites);
  const strategySet = container.resolve(TOKENS.strategySet);
  const followers: Follower[] = [container.resolve(TOKENS.follower), ...container.resolve(TOKENS.unseenFollowers)];
  const schedules = evaluation.policies.includes('fixed') ? await bestSchedules(composition, run, signal) : {};
  const policies = evaluationPolicies(evaluation.policies, { trained, schedules, strategySet, suites });
  const seeds = evaluation.seeds ?? [seed];

  const total = seeds.length * followers.length * suites.length * policies.length;
  const progress = new Progress({ label: 'evaluating', total, unit: 'cells' });
  const results = await evaluate({
    ...{ suites, followers, policies, seeds, strategySet, temperature, signal, judge: stepJudge },
    ...{ split: evaluation.split, problemsPerSuite: evaluation.problems, problemSeed: seed },
    ...{ level: evaluation.confidence, resamples: evaluation.resamples, store: new CellFolder(run.cells) },
    onProgress: ({ cell, cellsDone, episodes, episodesTotal, correct }) => {
      const accuracy = `${cell.follower}, ${cell.suite}, ${cell.policy}: accuracy ${(correct / episodes).toFixed(3)}`;
      progress.update(cellsDone + episodes / episodesTotal, accuracy);
    },
  });
  progress.update(total);
  progress.finish('');
  await writeResults(output ?? run.results, results);
  return results;
}
