import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  CheckpointError,
  ConfigError,
  refuseFailures,
  runEpisodes,
  seedOf,
  take,
  TOKENS,
  type Episode,
  type Follower,
  type Planner,
  type TaskSuite,
  type TrainableFollower,
} from '@rsim/core';
import { Oracle } from '@rsim/microworld';
import {
  demonstrationOf,
  imitateDemonstrations,
  imitationSteps,
  trainPlanner,
  type ImitatingPlanner,
  type LearningMode,
  type TrainablePlanner,
  type TrainPlannerOptions,
  type TrainingRecord,
} from '@rsim/planner';
import { rewardTerms } from '@rsim/rewards';
import type { RunFolder } from '@rsim/tracking';
import type { Composition } from './composition.js';
import { curriculumOf } from './curriculum-of.js';
import { finishedRun } from './finished-run.js';
import { Interrupted } from './interrupt.js';
import { keepSkippedBatch } from './keep-skipped-batch.js';
import { Progress } from './progress.js';
import { scriptedWorld } from './scripted-world.js';
import { TrainingWatch } from './training-watch.js';
import type { PartProgress } from './whole-progress.js';

export interface TrainingRun {
  readonly composition: Composition;
  readonly run: RunFolder;
  readonly signal: AbortSignal;
}

/** Folder of the trained planner within a run's checkpoints. */
export const trainedFolder = 'trained';

/** Folder of the trained follower within a run's checkpoints, where it learned too. */
export const trainedFollowerFolder = 'trained-follower';

/** Trains one part of the whole. `begin` brings the planner to where it begins, and is called only where that is needed. */
type Part = (begin: () => Promise<void>) => Promise<void>;

/**
 * Trains as the configuration says: the leader's warm start, if any, then the leader on real episodes, then leader and
 * follower together. Goes on from the newest whole checkpoint of a run that was stopped, and does again what is damaged and needed.
 *
 * @throws Interrupted when the signal ended it; what is needed to go on is on the disk.
 */
export async function runTraining(training: TrainingRun): Promise<void> {
  const planner = trainable(training.composition.container.resolve(TOKENS.planner));
  const whole = partsOf(training, planner).reduce<() => Promise<void>>(
    (begin, part) => () => part(begin),
    () => Promise.resolve(),
  );
  await whole();
  await planner.save(join(training.run.checkpoints, trainedFolder));
}

/** In the order in which they are done. */
function partsOf(training: TrainingRun, planner: TrainablePlanner): Part[] {
  const { container } = training.composition;
  const {
    stage0,
    stage2,
    startFrom,
    checkpointEvery: _,
    estimator: __,
    ...settings
  } = container.resolve(TOKENS.config).training;
  const suites = container.resolve(TOKENS.suites);
  const real = { stage: 'real', label: 'training on real episodes', follower: container.resolve(TOKENS.follower) };
  const parts: (Part | false)[] = [
    startFrom !== undefined && (() => planner.load(finishedRun(startFrom).checkpoint)),
    stage0.kind.startsWith('imitation') && ((begin) => imitationStage(training, planner, suites, begin)),
    stage0.kind.endsWith('scripted') && ((begin) => scriptedStage(training, planner, begin)),
    (begin) => stage(training, planner, { ...real, suites, settings, begin }),
    stage2.iterations > 0 && ((begin) => jointStage(training, planner, begin)),
  ];
  return parts.filter((part) => part !== false);
}

/** Leader and follower together, or whichever of them the mode has learn. */
async function jointStage(training: TrainingRun, planner: TrainablePlanner, begin: () => Promise<void>): Promise<void> {
  const { container } = training.composition;
  const { follower: asked, estimator: _, ...settings } = container.resolve(TOKENS.config).training.stage2;
  const { estimator: __, aggregation, ...followerSettings } = asked;
  const follower = container.resolve(TOKENS.follower);
  const learns = settings.mode !== 'leader';
  const rewards = container.resolve(TOKENS.rewards);
  const terms = (episode: Episode) => rewardTerms(episode, rewards, 'follower');
  await stage(training, planner, {
    ...{ stage: 'stage2', credit: 'stage2' },
    label: stageTwoLabels[settings.mode],
    ...{ follower, suites: container.resolve(TOKENS.suites), settings, begin },
    ...(learns
      ? {
          followerRole: {
            ...{ follower: trainableFollower(follower), terms },
            estimator: container.resolve(TOKENS.estimators).follower,
            // A token is what the follower decides.
            settings: { ...followerSettings, aggregation: aggregation === 'token' ? 'decision' : aggregation },
          },
        }
      : {}),
  });
  if (learns) await trainableFollower(follower).save(join(training.run.checkpoints, trainedFollowerFolder));
}

const stageTwoLabels: Readonly<Record<LearningMode, string>> = {
  leader: 'training the leader',
  joint: 'training leader and follower',
  alternating: 'training leader and follower by turns',
  follower: 'training the led follower',
  alone: 'training the follower alone',
};

/** @throws ConfigError when the planner of the configuration cannot learn. */
export function trainable(planner: Planner): TrainablePlanner {
  if ('update' in planner && 'save' in planner && 'load' in planner) return planner as TrainablePlanner;
  throw new ConfigError(`planner "${planner.name}" cannot be trained`, {
    remedy: 'Name a planner that learns, e.g. planner.name=gru.',
  });
}

/** @throws ConfigError when the planner cannot learn from demonstrations. */
export function imitating(planner: TrainablePlanner): TrainablePlanner & ImitatingPlanner {
  if ('imitate' in planner) return planner as TrainablePlanner & ImitatingPlanner;
  throw new ConfigError(`planner "${planner.name}" cannot imitate`, { remedy: 'Set training.stage0.kind=scripted.' });
}

/** @throws ConfigError when the follower of the configuration cannot learn. */
export function trainableFollower(follower: Follower): TrainableFollower {
  if ('update' in follower && 'transcript' in follower) return follower as TrainableFollower;
  throw new ConfigError(`follower "${follower.name}" cannot be trained`, {
    remedy: 'Name a follower that learns, e.g. follower.name=tfjs, or leave training.stage2.iterations at 0.',
  });
}

/** Reinforcement learning with the scripted follower: thousands of episodes a second. */
async function scriptedStage(
  training: TrainingRun,
  planner: TrainablePlanner,
  begin: () => Promise<void>,
): Promise<void> {
  const { container } = training.composition;
  const { kind: _, episodes: __, estimator: ___, ...settings } = container.resolve(TOKENS.config).training.stage0;
  const { follower, suites } = scriptedWorld(container.resolve(TOKENS.suites));
  await stage(training, planner, {
    ...{ stage: 'stage0', credit: 'stage0', label: 'warm start on the scripted follower', follower, suites },
    ...{ settings, begin },
  });
}

/**
 * Imitation of the oracle on episodes of the scripted follower.
 *
 * @param begin brings the planner to where it begins; by default it is there.
 * @throws EpisodesError when all demonstrations failed.
 */
export async function imitationStage(
  { composition, run, signal }: TrainingRun,
  planner: TrainablePlanner,
  own: readonly TaskSuite[],
  begin?: () => Promise<void>,
): Promise<void> {
  const checkpoint = join(run.checkpoints, 'imitation');
  if (await takeUp(planner, checkpoint)) return;
  await begin?.();
  const { container } = composition;
  const { seed, temperature, training } = container.resolve(TOKENS.config);
  const strategySet = container.resolve(TOKENS.strategySet);
  const { follower, suites, programs } = scriptedWorld(own);
  const each = Math.ceil(training.stage0.episodes / suites.length);
  const query = { split: 'train', seed: seedOf(seed, 'imitation') } as const;
  const problems = suites.flatMap((suite) => take(suite.problems(query), each).map((problem) => ({ problem, suite })));
  const budgets = new Map(problems.map(({ problem, suite }) => [problem.question, suite.budget]));
  const strategies = strategySet.strategies.map(({ id }) => id);
  const tokens = (question: string) => {
    const budget = budgets.get(question);
    return budget === undefined ? 0 : budget.tokens - budget.answerTokens;
  };
  const oracle = new Oracle(programs, { strategies, mayCheck: true, careful: 'sums', tokens });
  const progress = new Progress({ label: 'demonstrations of the oracle', total: problems.length, unit: 'episodes' });
  let done = 0;
  const episodes = await runEpisodes({
    ...{ problems, samples: 1, follower, planner: oracle, strategySet, rewards: [], temperature, greedy: true },
    ...{ seed, signal, onEpisode: () => progress.update((done += 1)) },
  });
  refuseFailures(
    episodes,
    'demonstrations of the oracle',
    'Use a strategy set with the strategies that it injects, as the default one is, or set training.stage0.kind=scripted.',
  );
  warnOfFailures(episodes, progress);
  progress.finish();
  const demonstrations = episodes.flatMap((episode) => demonstrationOf(episode, strategies) ?? []);
  const total = imitationSteps(demonstrations.length);
  const learning = new Progress({ label: 'learning from the demonstrations', total, unit: 'steps' });
  await imitateDemonstrations({
    ...{ planner: imitating(planner), demonstrations, seed, signal },
    onEpoch: (epoch, report) => {
      run.journal('imitation', { epoch, ...report });
      const [reason] = report.skipped;
      if (reason !== undefined) {
        learning.say(
          `warning: ${report.skipped.length} steps of imitation were taken back, the first because ${reason}`,
        );
      }
    },
    onStep: (steps) => learning.update(steps),
  });
  learning.finish();
  await planner.save(checkpoint);
}

/** Whether the planner that was kept there, if any, is whole, and was loaded. */
async function takeUp(planner: TrainablePlanner, checkpoint: string): Promise<boolean> {
  if (!existsSync(checkpoint)) return false;
  try {
    await planner.load(checkpoint);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof CheckpointError)) throw thrown;
    sayRefused(thrown);
    return false;
  }
}

function sayRefused({ message }: CheckpointError): void {
  process.stderr.write(`warning: what followed the last whole checkpoint is done again: ${message}\n`);
}

export type Stage = Pick<TrainPlannerOptions, 'stage' | 'follower' | 'followerRole' | 'settings' | 'begin'> & {
  /** Which of the configured estimators credits the leader; the real episodes' by default. */
  readonly credit?: 'stage0' | 'stage2';
  readonly label: string;
  readonly suites: readonly TaskSuite[];
  /** What the stage is a part of. */
  readonly within?: PartProgress;
};

/** Reinforcement learning on some suites with one follower, reported and journalled. */
export async function stage(
  { composition, run, signal }: TrainingRun,
  planner: TrainablePlanner,
  asked: Stage,
): Promise<void> {
  const { container } = composition;
  const { seed, tasks, temperature, training } = container.resolve(TOKENS.config);
  const rewards = container.resolve(TOKENS.rewards);
  const places = new Map(container.resolve(TOKENS.suites).map(({ name }, place) => [name, place]));
  const { label, suites, settings, within, credit = 'real', ...named } = asked;
  let progress!: Progress;
  const watch = new TrainingWatch({
    section: credit === 'real' ? 'training' : `training.${credit}`,
    say: (line) => progress.say(line),
    keep: (warning, iteration) => run.journal('warning', { stage: named.stage, iteration, ...warning }),
  });
  let warned = false;
  const { finished } = await trainPlanner({
    ...named,
    ...{ planner, seed, signal, rewards, strategySet: container.resolve(TOKENS.strategySet) },
    suites: suites.map((suite) => ({ suite, curriculum: curriculumOf(suite, tasks[places.get(suite.name)!]) })),
    estimator: container.resolve(TOKENS.estimators)[credit],
    leaderTerms: (episode) => rewardTerms(episode, rewards, 'leader'),
    settings: { temperature, ...settings },
    checkpoints: {
      folder: join(run.checkpoints, named.stage),
      every: training.checkpointEvery,
      onRefused: sayRefused,
    },
    onStart: (done) => {
      progress = new Progress({ label, within, total: settings.iterations, unit: 'iterations' });
      progress.goOnFrom(done);
    },
    onSkipped: (update) => keepSkippedBatch(run, named.stage, update),
    onIteration: (record, episodes) => {
      if (!warned) warned = warnOfFailures(episodes, progress);
      progress.update(record.iteration, noteOf(record));
      run.journal('iteration', { stage: named.stage, ...record });
      watch.see(record);
      keepEpisode(run, named.stage, record.iteration, episodes);
    },
  });
  progress.finish();
  if (!finished) throw new Interrupted('stopped while training');
}

/** Failures never end a run, so they must not go unseen either. */
function warnOfFailures(episodes: readonly Episode[], progress: Progress): boolean {
  const failed = episodes.filter(({ error }) => error !== null);
  const [first] = failed;
  if (first === undefined || first.error === null) return false;
  const { code, message } = first.error;
  progress.say(`warning: ${failed.length} of ${episodes.length} episodes failed, the first with ${code}: ${message}`);
  return true;
}

function noteOf({ accuracy, episodes, errors, episodesSoFar, seconds, steps }: TrainingRecord): string {
  const rate = episodes / (seconds.episodes + seconds.learning);
  const shown = accuracy === null ? 'nothing judged' : `accuracy ${accuracy.toFixed(3)}`;
  const failures = errors === 0 ? '' : ` · ${errors} failed`;
  return `${shown}${failures} · ${steps.toFixed(1)} steps · ${episodesSoFar} episodes, ${Math.round(rate)}/s`;
}

/** Keeps one episode of an iteration, another place in the batch each time. */
function keepEpisode(run: RunFolder, phase: string, iteration: number, episodes: readonly Episode[]): void {
  const episode = episodes[iteration % episodes.length];
  if (episode !== undefined)
    run.recordEpisode({ phase, iteration, policy: episode.planner === null ? 'alone' : 'planner', episode });
}
