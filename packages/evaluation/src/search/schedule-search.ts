import { ProblemError, type Follower, type TaskSuite } from '@rsim/core';
import type { Schedule } from '../policies/fixed.js';
import { planRace, race, ranked, type Contestant } from './race.js';
import { scheduleCandidates } from './schedule-candidates.js';
import { TrainingGround, type TrainingGroundOptions } from './training-ground.js';

export interface ScheduleSearchOptions extends TrainingGroundOptions {
  readonly suites: readonly TaskSuite[];
  /** A cheap follower that screens all candidates, or `null` to leave the screening to the real one. */
  readonly screening: Follower | null;
  /** The follower the schedules are for. */
  readonly follower: Follower;
  /** Candidates per suite; 1500 by default. */
  readonly candidates?: number;
  /** Candidates the real follower meets after the screening; 24 by default. */
  readonly finalists?: number;
  /** Episodes of the screening, roughly, per suite; 60 000 by default. */
  readonly screeningEpisodes?: number;
  /** Episodes of the real follower, roughly, per suite; 12 000 by default. */
  readonly episodes?: number;
}

/** A schedule and what it reached on the training problems it was chosen on (an optimistic figure, being the best of many). */
export interface FoundSchedule {
  readonly suite: string;
  readonly schedule: Schedule;
  readonly trainAccuracy: number;
  readonly trainProblems: number;
}

export interface ScheduleSearch {
  readonly follower: string;
  readonly candidates: number;
  readonly episodes: number;
  /** The best schedule of each suite: the policy `fixed`, because it is the stronger baseline. */
  readonly perSuite: readonly FoundSchedule[];
  /** The best single schedule for all suites, `trainAccuracy` being the mean over suites. */
  readonly overall: FoundSchedule;
}

/** Schedules of each suite that are tried on the others for the single best one. */
const nominees = 3;

/**
 * Searches the best fixed schedule of each suite, and the best for all: many candidates are screened on a cheap
 * follower, the finalists race on the real one. Training problems only.
 *
 * @throws ProblemError when a suite hands out a problem of another split, or none.
 * @throws EpisodesError when all episodes of a round failed.
 */
export async function searchSchedules(options: ScheduleSearchOptions): Promise<ScheduleSearch> {
  const { suites, strategySet, seed, follower, screening, candidates = 1500, finalists = 24 } = options;
  const ground = new TrainingGround(options);
  const survivors = new Map<TaskSuite, Contestant[]>();
  let searched = 0;
  for (const suite of suites) {
    const { steps } = options.budget ?? suite.budget;
    const unit = suite.levels.length;
    let schedules = scheduleCandidates({ strategySet, count: candidates, steps, seed });
    searched = Math.max(searched, schedules.length);
    if (screening !== null) {
      const plan = planRace(schedules.length, finalists, options.screeningEpisodes ?? 60_000, unit);
      const kept = await race(schedules, plan, ground.meet(suite, screening, 'screening'));
      schedules = kept.map(({ schedule }) => schedule);
    }
    const plan = planRace(schedules.length, Math.min(nominees, schedules.length), options.episodes ?? 12_000, unit);
    survivors.set(suite, await race(schedules, plan, ground.meet(suite, follower, 'final')));
  }
  const perSuite = suites.map((suite) => found(suite.name, ranked(survivors.get(suite) ?? [])[0]));
  const overall = await bestOverall(survivors, ground, follower);
  return { follower: follower.name, candidates: searched, episodes: ground.episodes, perSuite, overall };
}

/** The schedules as `fixedPolicy` wants them. */
export function schedulesBySuite({ perSuite }: Pick<ScheduleSearch, 'perSuite'>): Record<string, Schedule> {
  return Object.fromEntries(perSuite.map(({ suite, schedule }) => [suite, schedule]));
}

function found(suite: string, contestant: Contestant | undefined): FoundSchedule {
  if (contestant === undefined) {
    throw new ProblemError(`no schedule was tried on suite "${suite}"`, { remedy: 'Ask for at least one candidate.' });
  }
  const { schedule, correct, problems } = contestant;
  return { suite, schedule, trainAccuracy: correct / problems, trainProblems: problems };
}

/** Every suite's best few meet the final problems of every other suite; the best mean wins. */
async function bestOverall(
  survivors: ReadonlyMap<TaskSuite, readonly Contestant[]>,
  ground: TrainingGround,
  follower: Follower,
): Promise<FoundSchedule> {
  const named = new Map([...survivors.values()].flat().map(({ schedule }) => [schedule.join(' '), schedule]));
  const totals = new Map([...named.keys()].map((name) => [name, 0]));
  let problems = 0;
  for (const [suite, own] of survivors) {
    const met = own[0]?.problems ?? 0;
    const known = new Map(own.map((contestant) => [contestant.schedule.join(' '), contestant]));
    const strangers = [...named].filter(([name]) => !known.has(name));
    const fresh = strangers.map(([, schedule]) => ({ schedule, problems: 0, correct: 0, tokens: 0 }));
    const guests = fresh.length === 0 ? [] : await ground.meet(suite, follower, 'overall')(fresh, 0, met);
    for (const { schedule, correct } of [...known.values(), ...guests]) {
      const name = schedule.join(' ');
      totals.set(name, (totals.get(name) ?? 0) + correct / Math.max(1, met));
    }
    problems += met;
  }
  const [[name, total] = ['', 0]] = [...totals].sort(([, left], [, right]) => right - left);
  const trainAccuracy = total / Math.max(1, survivors.size);
  return { suite: 'all', schedule: named.get(name) ?? [], trainAccuracy, trainProblems: problems };
}
