import { checkCurriculum, ConfigError, EpisodesError, refuseFailures, runEpisodes, seedOf } from '@rsim/core';
import type {
  AdvantageEstimator,
  CheckpointError,
  Episode,
  EpisodeTerms,
  Follower,
  Planner,
  Problem,
  Role,
  RewardRule,
  StrategySet,
  TaskSuite,
} from '@rsim/core';
import { grpo } from './advantages/grpo.js';
import { isSilent, rewardedGroups } from './credit-episodes.js';
import { drawGroups } from './draw-groups.js';
import { FollowerLearner } from './follower-learner.js';
import type { FollowerRole } from './follower-learner.js';
import { iterationProblems } from './iteration-problems.js';
import type { ProblemSources } from './iteration-problems.js';
import { LeaderLearner } from './leader-learner.js';
import { takeTurns } from './take-turns.js';
import type { TrainablePlanner, TrainingBatch } from './trainable-planner.js';
import { loadCheckpoint, newestCheckpoint, writeCheckpoint } from './training-checkpoint.js';
import type { CheckpointParts, TrainingState } from './training-checkpoint.js';
import { summariseEpisodes } from './training-record.js';
import type { TrainingRecord } from './training-record.js';
import { budgetMultipleAt, trainingSettings, updateSettingsAt } from './training-settings.js';
import type { TrainingInput, TrainingSettings } from './training-settings.js';
import { turnAt } from './turns.js';
import type { Turn } from './turns.js';

/** An update that was skipped, and what it was to learn from. */
export interface SkippedUpdate {
  /** From 1. */
  readonly iteration: number;
  /** Whose it was. */
  readonly role: Role;
  readonly reasons: readonly string[];
  readonly groups: TrainingBatch['groups'];
  readonly settings: object;
}

export interface TrainPlannerOptions extends ProblemSources {
  /** Leads the episodes; nobody does in the mode `alone`. */
  readonly planner: TrainablePlanner;
  readonly follower: Follower;
  /** How `follower` learns, in the modes in which it does. */
  readonly followerRole?: FollowerRole;
  readonly strategySet: StrategySet;
  /** Rules of both roles: each is reported by name. */
  readonly rewards: readonly RewardRule[];
  /** What an episode was worth to the leader, rule by rule; `null`: nothing may be learned from it. */
  readonly leaderTerms: (episode: Episode) => EpisodeTerms;
  /** Turns these into advantages; GRPO's by default. */
  readonly estimator?: AdvantageEstimator;
  readonly settings: TrainingInput;
  /** What the divergence's term of the loss is measured from; by default the planner as it was when the stage began. */
  readonly reference?: Planner;
  /**
   * Brings the planner to where the stage begins, as by training the stage before. Called where that is needed: where no checkpoint is
   * whole, or an unfinished stage measures divergences from there. By default the planner is there already.
   */
  readonly begin?: () => Promise<void>;
  /** Where the stage's checkpoints are kept. The newest whole one is taken up. None are written by default. */
  readonly checkpoints?: {
    readonly folder: string;
    /** Iterations between two checkpoints. */
    readonly every: number;
    /** Told of each damaged checkpoint that was passed over. */
    readonly onRefused?: (error: CheckpointError) => void;
  };
  /** Called before the first iteration, with the number of those that were done before. */
  readonly onStart?: (iterations: number) => void;
  /** Called after every iteration, and awaited. */
  readonly onIteration?: (record: TrainingRecord, episodes: readonly Episode[]) => void | Promise<void>;
  /** Called when an update of either role was skipped, wholly or in part, and awaited; training goes on. */
  readonly onSkipped?: (update: SkippedUpdate) => void | Promise<void>;
  /** Ends training cleanly: the iteration under way is given up, a checkpoint is written. */
  readonly signal?: AbortSignal;
}

export interface TrainingOutcome {
  /** Iterations and episodes done in this stage, resumed ones included. */
  readonly iterations: number;
  readonly episodes: number;
  /** False when the signal ended it. */
  readonly finished: boolean;
}

/**
 * Trains the leader with the follower frozen (rSIM, stage 1), or both (stage 2): each iteration samples problems, runs a
 * group of episodes of each, and updates who learns in it (as GRPO, arXiv 2402.03300, algorithm 1, with an estimator of
 * choice). With another follower, e.g. a scripted one, it is also the warm start.
 *
 * Every random stream is named by seed, stage and iteration, so a run that was stopped and resumed gives the same numbers
 * as one that never was.
 *
 * @throws ConfigError when a setting is out of range, the planner cannot do what one asks for, a suite has no training problems or lacks a level of its curriculum.
 * @throws EpisodesError when all episodes of an iteration failed; a checkpoint is written.
 * @throws CheckpointError when checkpoints cannot be written, or belong to another run.
 */
export async function trainPlanner(options: TrainPlannerOptions): Promise<TrainingOutcome> {
  const settings = trainingSettings(options.settings);
  const { checkpoints } = options;
  for (const { suite, levels, curriculum } of options.suites) {
    if (curriculum !== undefined) checkCurriculum(curriculum, levels ?? suite.levels, `suite "${suite.name}"`);
  }
  const fingerprint = fingerprintOf(options, settings);
  const onRefused = checkpoints?.onRefused ?? (() => undefined);
  const found = checkpoints ? await newestCheckpoint(checkpoints.folder, fingerprint, onRefused) : null;
  const isFinished = found !== null && found.state.iteration >= settings.iterations;
  if (found === null || (settings.kl > 0 && !isFinished)) await options.begin?.();
  // Before the checkpoint is taken up: a resumed stage has the references that it began with.
  const learners = { leader: new LeaderLearner(options, settings.kl), follower: followerLearnerOf(options, settings) };
  let state: TrainingState = found?.state ?? { schema: 'rsim.training/1', iteration: 0, episodes: 0, fingerprint };
  const parts: CheckpointParts = {
    planner: options.planner,
    ...(learners.follower && { follower: learners.follower.follower }),
  };
  const save = async () => checkpoints && writeCheckpoint(checkpoints.folder, parts, state);
  if (found !== null) await loadCheckpoint(found, parts);
  options.onStart?.(state.iteration);
  let saved = state.iteration;
  while (state.iteration < settings.iterations && options.signal?.aborted !== true) {
    const record = await iterate(options, settings, learners, state).catch(async (thrown: unknown) => {
      // Nothing was learned from these episodes: what was before is whole.
      if (thrown instanceof EpisodesError && state.iteration > saved) await save();
      throw thrown;
    });
    if (record === null) break;
    state = { ...state, iteration: record.iteration, episodes: record.episodesSoFar };
    if (checkpoints !== undefined && state.iteration % checkpoints.every === 0) {
      await save();
      saved = state.iteration;
    }
  }
  if (state.iteration > saved) await save();
  return {
    iterations: state.iteration,
    episodes: state.episodes,
    finished: state.iteration >= settings.iterations,
  };
}

/** Who learns in a stage. */
interface Learners {
  readonly leader: LeaderLearner;
  readonly follower: FollowerLearner | null;
}

/** @throws ConfigError when the mode has the follower learn and nobody said how. */
function followerLearnerOf(
  { followerRole, follower }: TrainPlannerOptions,
  { mode, temperature }: TrainingSettings,
): FollowerLearner | null {
  if (mode === 'leader') return null;
  if (followerRole !== undefined) return new FollowerLearner(followerRole, temperature);
  throw new ConfigError(`follower "${follower.name}" cannot learn, and the mode "${mode}" has it learn`, {
    remedy: 'Name a follower that learns, e.g. follower.name=tfjs, or train the leader alone.',
  });
}

/** One iteration; `null` when the signal ended it, and then nothing was learned. */
async function iterate(
  options: TrainPlannerOptions,
  settings: TrainingSettings,
  { leader: leaderLearner, follower: followerLearner }: Learners,
  state: TrainingState,
): Promise<TrainingRecord | null> {
  const { strategySet, signal } = options;
  const started = performance.now();
  const budgetMultiple = budgetMultipleAt(settings, state.iteration);
  const episodes = await runIteration(options, settings, state.iteration, budgetMultiple).catch((thrown: unknown) => {
    if (signal?.aborted === true) return null;
    throw thrown;
  });
  if (episodes === null) return null;
  refuseFailures(
    episodes,
    'episodes of an iteration',
    'Mend what failed, then go on with `rsim runs resume`, or start another run where the configuration is at fault.',
  );
  const ran = performance.now();
  const groups = groupsOf(episodes, settings.group);
  const updateSettings = updateSettingsAt(settings, state.iteration);
  const turn = turnAt(settings, state.iteration);
  const moment = { iteration: state.iteration, iterations: settings.iterations };
  const { leader, follower } = await takeTurns({
    leader: turn.leader ? () => leaderLearner.update(groups, updateSettings) : null,
    follower: turn.follower && followerLearner !== null ? () => followerLearner.update(groups, moment) : null,
    atOnce: options.followerRole?.follower.learnsApart === true,
  });
  for (const [role, { made }] of Object.entries({ leader, follower })) {
    if (made === null || made.report.skipped.length === 0) continue;
    const { groups: learned, settings: used } = made.batch;
    await options.onSkipped?.({
      ...{ iteration: state.iteration + 1, role: role as Role, reasons: made.report.skipped },
      ...{ groups: learned, settings: used },
    });
  }
  const record = {
    iteration: state.iteration + 1,
    iterations: settings.iterations,
    ...summariseEpisodes(episodes, strategySet),
    episodesSoFar: state.episodes + episodes.length,
    resampled: episodes.length / settings.group - settings.problemsPerIteration,
    budgetMultiple,
    settings: updateSettings,
    update: leader.made?.report ?? null,
    followerUpdate: follower.made?.report ?? null,
    seconds: {
      episodes: (ran - started) / 1000,
      update: leader.seconds,
      followerUpdate: follower.seconds,
      learning: (performance.now() - ran) / 1000,
    },
  };
  await options.onIteration?.(record, episodes);
  return record;
}

/** The iteration's episodes, group by group; more than were asked for where some tell nothing to a role that learns. */
async function runIteration(
  options: TrainPlannerOptions,
  settings: TrainingSettings,
  iteration: number,
  budgetMultiple: number,
): Promise<Episode[]> {
  const { stage } = options;
  const met = new Set<string>();
  const groups = await drawGroups({
    wanted: settings.problemsPerIteration,
    rounds: settings.resample,
    draw: async (count, round) => {
      // Streams of their own: what is drawn at first is the same whether or not more follows.
      const drawing = round === 0 ? options : { ...options, stage: `${stage}/resample-${round}` };
      const { iterations } = settings;
      const all = iterationProblems(drawing, { count, iteration, iterations, budgetMultiple });
      const problems = all.filter(({ problem }) => round === 0 || !met.has(problem.key));
      for (const { problem } of problems) met.add(problem.key);
      return groupsOf(await runProblems(drawing, settings, iteration, problems), settings.group);
    },
    silent: (drawn) => silentGroups(options, turnAt(settings, iteration), drawn),
  });
  return groups.flat();
}

/** How many groups' composite rewards are all alike for one of the roles that learn, whatever its estimator makes of them. */
function silentGroups(
  { leaderTerms, followerRole }: TrainPlannerOptions,
  turn: Turn,
  groups: readonly (readonly Episode[])[],
): number {
  const judged = [
    ...(turn.leader ? [rewardedGroups(leaderTerms, groups)] : []),
    ...(turn.follower && followerRole !== undefined ? [rewardedGroups(followerRole.terms, groups)] : []),
  ];
  return groups.filter((_, place) => judged.some((role) => isSilent(role[place]!))).length;
}

async function runProblems(
  options: TrainPlannerOptions,
  settings: TrainingSettings,
  iteration: number,
  problems: readonly { readonly problem: Problem; readonly suite: TaskSuite }[],
): Promise<Episode[]> {
  const { stage, seed, follower, planner, strategySet, rewards, signal } = options;
  return runEpisodes({
    problems,
    samples: settings.group,
    follower,
    planner: settings.mode === 'alone' ? null : planner,
    strategySet,
    rewards,
    temperature: settings.temperature,
    greedy: false,
    seed: seedOf(seed, stage, 'episodes', iteration),
    signal,
  });
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: items.length / size }, (_, group) => items.slice(group * size, (group + 1) * size));
}

/** Everything that the numbers of a run depend on, as one text. */
function fingerprintOf(options: TrainPlannerOptions, settings: TrainingSettings): string {
  const { stage, seed, follower, followerRole, planner, strategySet, suites, rewards, estimator = grpo } = options;
  return JSON.stringify({
    stage,
    seed,
    settings,
    estimator,
    follower: [
      ...[follower.name, follower.parameters],
      ...(followerRole === undefined ? [] : [followerRole.settings, followerRole.estimator]),
    ],
    planner: [planner.name, planner.parameters],
    strategySet: strategySet.strategies.map(({ id }) => id),
    suites: suites.map(({ suite, levels, curriculum }) => [
      ...[suite.name, suite.budget, levels ?? suite.levels],
      ...(curriculum === undefined ? [] : [curriculum]),
    ]),
    rewards: rewards.map(({ role, name, weight, taskWeights }) => [role, name, weight, taskWeights]),
  });
}
