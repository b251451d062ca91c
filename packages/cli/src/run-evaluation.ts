import { TOKENS, type Follower } from '@rsim/core';
import {
  CellFolder,
  evaluate,
  resultsSchema,
  schedulesBySuite,
  type ComparisonRequest,
  type EvaluateOptions,
  type Results,
  type TrainedPlanner,
} from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { versionsWithin } from './cell-versions.js';
import type { Composition } from './composition.js';
import { errorNote } from './error-note.js';
import { evaluationNotes } from './evaluation-notes.js';
import { evaluationPolicies, stepJudge } from './evaluation-policies.js';
import { Progress } from './progress.js';
import { bestSchedules, type ScheduleFile } from './schedules.js';

/** Problems of each suite, about, whose episodes are kept: the same ones for every policy, follower and seed. */
const keptProblems = 10;

export interface EvaluationRun {
  readonly composition: Composition;
  readonly run: RunFolder;
  readonly trained: TrainedPlanner;
  readonly signal: AbortSignal;
}

/** Compares the policies that the configuration names, and goes on where it was interrupted. */
export async function runEvaluation({ composition, run, trained, signal }: EvaluationRun): Promise<Results> {
  const { container } = composition;
  const { evaluation, seed, temperature } = container.resolve(TOKENS.config);
  const suites = container.resolve(TOKENS.suites);
  const strategySet = container.resolve(TOKENS.strategySet);
  const followers: Follower[] = [container.resolve(TOKENS.follower), ...container.resolve(TOKENS.unseenFollowers)];
  const versionOf = versionsWithin(composition, run);
  const search = evaluation.policies.includes('fixed')
    ? await bestSchedules(composition, container.resolve(TOKENS.follower), {
        file: schedulesOf(run),
        versionOf,
        signal,
      })
    : undefined;
  const schedules = search === undefined ? {} : schedulesBySuite(search);
  const policies = evaluationPolicies(evaluation.policies, { trained, schedules, strategySet, suites });
  const seeds = evaluation.seeds ?? [seed];

  const [own] = followers;
  const policiesOf = (follower: Follower) =>
    evaluation.policies.filter((name) => follower === own || evaluation.unseenPolicies.includes(name));
  const { samples } = evaluation;
  const total = seeds.length * samples * suites.length * followers.flatMap(policiesOf).length;
  const progress = new Progress({ label: 'evaluating', total, unit: 'cells' });
  for (const line of evaluationNotes(suites, { evaluation, temperature })) progress.say(`note: ${line}`);
  const results = await evaluate({
    ...{ suites, followers, policies, policiesOf, seeds, strategySet, temperature, signal, judge: stepJudge },
    ...{ split: evaluation.split, problemsPerSuite: evaluation.problems, problemSeed: seed, samples },
    ...{ level: evaluation.confidence, resamples: evaluation.resamples, store: new CellFolder(run.cells) },
    ...{ versionOf, comparisons: comparisons(evaluation.policies, followers) },
    onProgress: ({ cell, cellsDone, episodes, episodesTotal, correct }) => {
      const right = `${correct} of ${episodes} right`;
      progress.update(
        cellsDone + episodes / episodesTotal,
        `${cell.follower}, ${cell.suite}, ${cell.policy}: ${right}`,
      );
    },
    onEpisode: sampleInto(run, keptProblems / evaluation.problems),
  });
  progress.update(total);
  const note = errorNote(results.rows);
  if (note !== null) progress.say(`warning: ${note}`);
  progress.finish('');
  const { configDirectory: _, time: __, ...environment } = { ...RunFolder.readEnvironment(run.path) };
  return resultsSchema.parse({
    ...results,
    ...(search === undefined ? {} : { fixedSchedules: search }),
    settings: {
      ...{ temperature, seed, samples, problemsPerSuite: evaluation.problems, confidence: evaluation.confidence },
      budgets: Object.fromEntries(suites.map(({ name, budget }) => [name, budget])),
    },
    environment,
  });
}

function schedulesOf(run: RunFolder): ScheduleFile {
  const name = 'schedules.json';
  return { read: () => run.read(name), write: (content) => run.write(name, content) };
}

/**
 * Keeps the episodes of a share of the problems, of each the first try. Their keys decide: what a cell ends first are its short episodes, and
 * policies can be compared only on a problem that all of them kept.
 */
function sampleInto(run: RunFolder, share: number): NonNullable<EvaluateOptions['onEpisode']> {
  return ({ policy, sample }, episode) => {
    if (sample > 0) return;
    if (Number.parseInt(episode.problem.key.slice(-8), 16) >= share * 2 ** 32) return;
    run.recordEpisode({ phase: 'evaluate', iteration: null, policy, episode });
  };
}

/**
 * The planner against every other policy, follower by follower; with its own follower also against each other follower
 * alone, since a small one led is to be measured against a large one that is not; and what checking is worth to the oracle.
 */
function comparisons(policies: readonly string[], followers: readonly Follower[]): ComparisonRequest[] {
  const has = (...names: string[]) => names.every((name) => policies.includes(name));
  const [own, ...others] = followers.map(({ name }) => name);
  const requests: ComparisonRequest[] = [];
  if (has('planner')) {
    requests.push(
      ...policies.filter((name) => name !== 'planner').map((baseline) => ({ policy: 'planner', baseline })),
    );
  }
  if (has('planner', 'alone')) {
    const alone = { policy: 'planner', baseline: 'alone', follower: own };
    requests.push(...others.map((baselineFollower) => ({ ...alone, baselineFollower })));
  }
  if (has('oracle', 'oracle-no-check')) requests.push({ policy: 'oracle', baseline: 'oracle-no-check' });
  return requests;
}
