import {
  EpisodesError,
  runEpisodes,
  seedOf,
  type Budget,
  type Episode,
  type EpisodeError,
  type Follower,
  type Problem,
  type Split,
  type StrategySet,
  type TaskSuite,
} from '@rsim/core';
import { cellKey, type Cell, type CellName } from './cell.js';
import type { CellStore } from './cell-store.js';
import type { Outcome, StepJudge } from './outcome.js';
import type { Policy, PolicySetting, RolloutRequest } from './policies/policy.js';

/** Where a cell stands. */
export interface CellProgress {
  readonly cell: CellName;
  /** Episodes that ended so far, and how many of them were right. */
  readonly episodes: number;
  readonly correct: number;
  /** Episodes asked for so far; a policy may ask again. */
  readonly episodesTotal: number;
  /** True when the cell came out of the store. */
  readonly stored: boolean;
}

export interface RunCellOptions {
  readonly suite: TaskSuite;
  readonly split: Split;
  readonly follower: Follower;
  readonly policy: Policy;
  readonly seed: number;
  /** Which try of the same problems with the same seed, from 0. */
  readonly sample: number;
  readonly problems: readonly Problem[];
  readonly strategySet: StrategySet;
  readonly temperature: number;
  readonly budget?: Budget;
  readonly judge?: StepJudge;
  /** Cells of the policies run before, by policy name. */
  readonly before: ReadonlyMap<string, Cell>;
  readonly store: CellStore;
  readonly stepTimeoutSeconds?: number;
  readonly concurrency?: number;
  /** By suite, the version of whatever else decides the outcomes, the code above all; stored cells of another are run again. */
  readonly versionOf?: (suite: string) => string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress: (progress: CellProgress) => void;
  readonly onEpisode?: (cell: CellName, episode: Episode) => void;
}

/** The largest share of errors among the outcomes of a cell that is kept. */
export const mostErrorsKept = 0.1;

/**
 * Takes a cell out of the store, or runs it and stores it. One with more errors than {@link mostErrorsKept}, as an outage leaves
 * behind, is handed out but not stored, nor is one that needed such a cell's outcomes: the next evaluation runs them again.
 *
 * @throws EpisodesError with the code of the first episode's error when all outcomes are errors.
 */
export async function runCell(options: RunCellOptions): Promise<Cell> {
  const { suite, split, follower, policy, seed, sample, problems, before, store } = options;
  const name: CellName = { suite: suite.name, follower: follower.name, policy: policy.name, seed, sample };
  const key = keyOf(options, name);
  const stored = await store.read(key);
  if (stored !== null) {
    const correct = stored.outcomes.filter((outcome) => outcome.correct).length;
    const episodes = stored.outcomes.length;
    options.onProgress({ cell: name, episodes, correct, episodesTotal: episodes, stored: true });
    return stored;
  }
  const started = performance.now();
  const errors: EpisodeError[] = [];
  const setting: PolicySetting = {
    ...{
      suite,
      follower,
      seed,
      streams: streamsOf(options),
      problems,
      strategySet: options.strategySet,
      judge: options.judge,
    },
    before: new Map([...before].map(([other, { outcomes }]) => [other, outcomes])),
    rollout: rolloutOf(options, name, errors),
  };
  const outcomes = await policy.run(setting);
  refuseErrors(outcomes, errors);
  const cell: Cell = {
    ...{ schema: 'rsim.cell/1', key, ...name, split, followerParameters: follower.parameters },
    ...{ trainedOn: policy.trainedOn, seconds: (performance.now() - started) / 1000, outcomes: [...outcomes] },
  };
  if (await isSound(cell, options)) await store.write(cell);
  return cell;
}

async function isSound({ outcomes }: Cell, { before, store }: RunCellOptions): Promise<boolean> {
  if (errorsIn(outcomes) > mostErrorsKept * outcomes.length) return false;
  for (const { key } of before.values()) if ((await store.read(key)) === null) return false;
  return true;
}

function errorsIn(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ error }) => error !== null).length;
}

function keyOf(options: RunCellOptions, name: CellName): string {
  const { suite, follower, policy, problems, before, judge } = options;
  const { sample, ...names } = name;
  return cellKey({
    ...names,
    // The first try keeps the key that it had before there were others.
    ...(sample === 0 ? {} : { sample }),
    policy: [policy.name, policy.fingerprint, policy.after.map((other) => before.get(other)?.key)],
    follower: [follower.name, follower.parameters, follower.fingerprint],
    problems: problems.map(({ key }) => key),
    budget: options.budget ?? suite.budget,
    temperature: options.temperature,
    strategies: options.strategySet.strategies,
    judged: judge !== undefined,
    version: options.versionOf?.(suite.name),
  });
}

/** The first try has the streams of the seed itself; further ones their own. */
function streamsOf({ seed, sample }: Pick<RunCellOptions, 'seed' | 'sample'>): number {
  return sample === 0 ? seed : seedOf(seed, 'sample', sample);
}

/** What came of episodes that could not be played is no measure of a policy. */
function refuseErrors(outcomes: readonly Outcome[], [first]: readonly EpisodeError[]): void {
  if (first === undefined || errorsIn(outcomes) < outcomes.length) return;
  const all = `${outcomes.length} of ${outcomes.length}`;
  throw new EpisodesError(`${all} problems ended with an error, the first: ${first.message}`, {
    code: first.code,
    remedy: 'Mend what failed, then run the same command again: cells that are finished are not run again.',
  });
}

function rolloutOf(options: RunCellOptions, cell: CellName, errors: EpisodeError[]): PolicySetting['rollout'] {
  const { suite, strategySet, temperature, budget, stepTimeoutSeconds, concurrency, signal } = options;
  const counts = { episodes: 0, correct: 0, episodesTotal: 0 };
  return async ({ planner, greedy = false, samples = 1, problems = options.problems, seed }: RolloutRequest) => {
    counts.episodesTotal += problems.length * samples;
    return runEpisodes({
      ...{ planner, greedy, samples, follower: options.follower, strategySet, rewards: [] },
      ...{ temperature, budget, stepTimeoutSeconds, concurrency, signal, seed: seed ?? streamsOf(options) },
      problems: problems.map((problem) => ({ problem, suite })),
      onEpisode: (episode) => {
        counts.episodes += 1;
        if (episode.verdict?.status === 'correct') counts.correct += 1;
        if (episode.error !== null) errors.push(episode.error);
        options.onProgress({ cell, ...counts, stored: false });
        options.onEpisode?.(cell, episode);
      },
    });
  };
}
