import { join } from 'node:path';
import { TOKENS, type Follower } from '@rsim/core';
import {
  alonePolicy,
  CellFolder,
  fixedPolicy,
  randomPolicy,
  schedulesBySuite,
  transfer,
  type FollowerColumn,
  type PlannerRow,
  type Policy,
  type Schedule,
  type Transfer,
} from '@rsim/evaluation';
import { cellVersions } from '../cell-versions.js';
import type { Composition } from '../composition.js';
import { evaluationNotes } from '../evaluation-notes.js';
import { stepJudge } from '../evaluation-policies.js';
import { Progress } from '../progress.js';
import { bestSchedules } from '../schedules.js';
import { scheduleFile } from './schedule-file.js';

export const baselineNames = ['alone', 'random', 'fixed', 'self-consistency'] as const;
export type BaselineName = (typeof baselineNames)[number];

export interface TransferRun {
  readonly composition: Composition;
  readonly planners: readonly PlannerRow[];
  readonly followers: readonly FollowerColumn[];
  readonly baselines: readonly BaselineName[];
  /** Whether fixed schedules are searched with each follower; else the first one's serve all. */
  readonly ownSchedules: boolean;
  readonly cellsAtOnce: number;
  /** Where finished cells and searches are kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

type Schedules = Readonly<Record<string, Schedule>>;

/** Runs the transfer matrix, and goes on where it was interrupted. */
export async function runTransfer(run: TransferRun): Promise<Transfer> {
  const { composition, planners, followers, baselines, cellsAtOnce, signal } = run;
  const { container } = composition;
  const { evaluation, seed, temperature } = container.resolve(TOKENS.config);
  const suites = container.resolve(TOKENS.suites);
  const strategySet = container.resolve(TOKENS.strategySet);
  const most = Math.max(...planners.map(({ planners: trained }) => trained.length));
  const seeds = evaluation.seeds ?? Array.from({ length: most }, (_, index) => seed + index);
  const votes = baselines.includes('self-consistency') ? planners.length : 0;
  const others = baselines.filter((name) => name !== 'self-consistency');
  const policies = planners.length + others.length + votes;
  const { samples } = evaluation;
  const total = followers.length * seeds.length * samples * suites.length * policies;

  const progress = new Progress({ label: 'transfer', total, unit: 'cells' });
  for (const line of evaluationNotes(suites, { evaluation, temperature })) progress.say(`note: ${line}`);
  const schedules: Record<string, Schedules> = {};
  const result = await transfer({
    ...{ planners, followers, suites, seeds, strategySet, temperature, signal, cellsAtOnce, judge: stepJudge },
    ...{ split: evaluation.split, problemsPerSuite: evaluation.problems, problemSeed: seed, samples },
    ...{ level: evaluation.confidence, resamples: evaluation.resamples },
    versionOf: versionsOf(composition),
    store: new CellFolder(join(run.folder, 'cells')),
    selfConsistency: votes > 0,
    baselines: async (follower) => {
      if (others.includes('fixed')) schedules[follower.name] = await schedulesFor(follower, run, schedules);
      return others.map((name) => makers[name](schedules[follower.name] ?? {}));
    },
    onFailure: ({ follower, suite, policy, seed: failed, message }) => {
      const cell = suite === null ? '' : `, ${suite}, ${policy}, seed ${failed}`;
      progress.say(`failed: ${follower}${cell}: ${message}`);
    },
    onProgress: ({ cell, cellsDone, cellsTotal, episodes, episodesTotal }) => {
      const { follower, suite, policy } = cell;
      const within = cellsAtOnce === 1 ? episodes / Math.max(1, episodesTotal) : 0;
      progress.update((total * (cellsDone + within)) / cellsTotal, `${follower}, ${suite}, ${policy}`);
    },
  });
  progress.update(total);
  progress.finish('');
  return others.includes('fixed') ? { ...result, schedules: asLists(schedules) } : result;
}

const makers: Readonly<Record<Exclude<BaselineName, 'self-consistency'>, (schedules: Schedules) => Policy>> = {
  alone: () => alonePolicy(),
  random: () => randomPolicy(),
  fixed: (schedules) => fixedPolicy(schedules),
};

/** The best schedules for this follower, or the first one's where one search is to serve all. */
async function schedulesFor(
  follower: Follower,
  { composition, folder, ownSchedules, signal }: TransferRun,
  known: Readonly<Record<string, Schedules>>,
): Promise<Schedules> {
  const [first] = Object.values(known);
  if (first !== undefined && !ownSchedules) return first;
  const keeping = { file: scheduleFile(folder, follower), versionOf: versionsOf(composition), signal };
  return schedulesBySuite(await bestSchedules(composition, follower, keeping));
}

function versionsOf({ container }: Composition): ReturnType<typeof cellVersions> {
  return cellVersions(container.resolve(TOKENS.config), container.resolve(TOKENS.suites));
}

function asLists(schedules: Readonly<Record<string, Schedules>>): Transfer['schedules'] {
  return Object.fromEntries(
    Object.entries(schedules).map(([follower, bySuite]) => [
      follower,
      Object.fromEntries(Object.entries(bySuite).map(([suite, schedule]) => [suite, [...schedule]])),
    ]),
  );
}
