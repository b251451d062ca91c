import { Random, terminalStrategy, type StrategySet } from '@rsim/core';
import type { Schedule } from '../policies/fixed.js';

const work = 'continuation';
const careful = 'deep-thinking';
const check = 'validation';
const reflect = 'self-reflection';

/** How a schedule may open. */
const openings: readonly Schedule[] = [
  [],
  ['decomposition'],
  ['decomposition', 'prioritization'],
  ['summarization'],
  ['decomposition', check],
];

/** What it may repeat, cut anywhere. */
const cycles: readonly Schedule[] = [
  [work],
  [careful],
  [work, check],
  [careful, check],
  [work, work, check],
  [work, work, work, check],
  [work, careful],
  [careful, work],
  [work, careful, check],
  [work, check, careful],
  [careful, careful, check],
  [work, check, check],
  [work, reflect],
  [work, reflect, check],
  ['prioritization', work],
  ['prioritization', careful],
  ['sub-planning', work],
  ['summarization', work],
];

/** How it may close before the answer is asked for. */
const tails: readonly Schedule[] = [
  [],
  [check],
  [work],
  [reflect, check],
  [check, work],
  [reflect, check, work],
  ['summarization'],
];

export interface CandidateOptions {
  readonly strategySet: StrategySet;
  /** Number of schedules; 1500 by default. */
  readonly count?: number;
  /** Most strategies before the answer; 12 by default. Longer ones would be cut by the step limit. */
  readonly steps?: number;
  readonly seed?: number;
}

/**
 * Different schedules to choose from: every opening, cycle, length and tail, a seeded sample of them when there are
 * more than asked for, seeded random schedules when there are fewer. The empty schedule (answer at once) is always
 * among them. Strategies the set does not have are left out, so a set of other strategies gets random schedules.
 */
export function scheduleCandidates({ strategySet, count = 1500, steps = 12, seed = 0 }: CandidateOptions): Schedule[] {
  const terminal = terminalStrategy(strategySet).id;
  const usable = strategySet.strategies.map(({ id }) => id).filter((id) => id !== terminal);
  const random = Random.of(seed, 'schedule-candidates');
  const found = new Map<string, Schedule>();
  const add = (schedule: Schedule): void => void found.set(schedule.join(' '), schedule);

  for (const schedule of structured(steps)) if (schedule.every((id) => usable.includes(id))) add(schedule);
  const [direct, ...rest] = [...found.values()];
  found.clear();
  for (const schedule of [direct ?? [], ...random.shuffle(rest)].slice(0, count)) add(schedule);
  // A small set of strategies has only so many schedules: as many draws as asked for must do.
  for (let draw = 0; draw < 2 * count && found.size < count; draw += 1) {
    add(Array.from({ length: random.integer(1, steps) }, () => random.pick(usable)));
  }
  return [...found.values()];
}

/** All schedules of at most `steps` strategies that are made of an opening, a cycle and a tail; some more than once. */
function structured(steps: number): Schedule[] {
  const lengths = Array.from({ length: steps + 1 }, (_, length) => length);
  return openings
    .flatMap((opening) => lengths.flatMap((length) => cycles.map((cycle) => [...opening, ...repeated(cycle, length)])))
    .flatMap((body) => tails.map((tail) => [...body, ...tail]))
    .filter((schedule) => schedule.length <= steps);
}

function repeated(cycle: Schedule, length: number): string[] {
  return Array.from({ length }, (_, index) => cycle[index % cycle.length] ?? '');
}
