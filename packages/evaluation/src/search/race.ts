import { at } from '../at.js';
import type { Schedule } from '../policies/fixed.js';

/** What is known of one schedule so far. */
export interface Contestant {
  readonly schedule: Schedule;
  readonly problems: number;
  readonly correct: number;
  readonly tokens: number;
}

export interface RacePlan {
  /** Contestants left for each round, the first being all of them. */
  readonly contestants: readonly number[];
  /** Problems each contestant of that round has met by its end. */
  readonly problems: readonly number[];
  /** How many are left in the end. */
  readonly keep: number;
}

/**
 * Successive halving (Jamieson and Talwalkar 2016) with a third instead of a half: each round costs about the same
 * number of episodes, so the fewer contestants are left, the more problems each of them meets. What was measured in
 * earlier rounds is kept, and all meet the same problems.
 *
 * @param count contestants at the start.
 * @param keep contestants at the end.
 * @param episodes roughly how many episodes the whole race may cost; never fewer than `unit` per contestant and round.
 * @param unit problems come in multiples of it: with the number of levels, which suites hand out in turn, no round
 *   favours schedules for short problems.
 */
export function planRace(count: number, keep: number, episodes: number, unit = 1): RacePlan {
  const contestants = [count];
  while (at(contestants, contestants.length - 1) > 3 * keep) {
    contestants.push(Math.max(keep, Math.ceil(at(contestants, contestants.length - 1) / 3)));
  }
  const perRound = episodes / contestants.length;
  let met = 0;
  const problems = contestants.map((left) => (met += unit * Math.max(1, Math.floor(perRound / left / unit))));
  return { contestants, problems, keep };
}

/** Best first: accuracy, then fewer tokens; the order of equals is kept. */
export function ranked(contestants: readonly Contestant[]): Contestant[] {
  const accuracy = ({ correct, problems }: Contestant) => correct / Math.max(1, problems);
  const cost = ({ tokens, problems }: Contestant) => tokens / Math.max(1, problems);
  return [...contestants].sort((left, right) => accuracy(right) - accuracy(left) || cost(left) - cost(right));
}

/** Runs the race; `meet` lets contestants meet the problems from number `from` up to, not including, `to`. */
export async function race(
  schedules: readonly Schedule[],
  plan: RacePlan,
  meet: (contestants: readonly Contestant[], from: number, to: number) => Promise<readonly Contestant[]>,
): Promise<Contestant[]> {
  let left: readonly Contestant[] = schedules.map((schedule) => ({ schedule, problems: 0, correct: 0, tokens: 0 }));
  for (const [round, count] of plan.contestants.entries()) {
    const from = round === 0 ? 0 : at(plan.problems, round - 1);
    left = ranked(await meet(left.slice(0, count), from, at(plan.problems, round)));
  }
  return left.slice(0, plan.keep);
}
