import { linearAt } from './schedule.js';

/** Who learns in a stage of training. */
export const learningModes = ['leader', 'joint', 'alternating', 'follower', 'alone'] as const;

/**
 * `leader`: the leader alone, the follower frozen (rSIM, stage 1). `joint`: both at once (rSIM, stage 2). `alternating`: they
 * take turns (as ReMA does, arXiv 2503.09501). `follower`: the follower alone, led by a frozen leader. `alone`: the follower
 * alone, led by nobody (plain GRPO).
 */
export type LearningMode = (typeof learningModes)[number];

export interface TurnSettings {
  readonly mode: LearningMode;
  /** Of the whole stage. */
  readonly iterations: number;
  /** In `joint`: the follower learns in every so many iterations, the leader in all. */
  readonly followerEvery: number;
  /** The same at the end, linear between and rounded; by default as at the start. */
  readonly finalFollowerEvery?: number;
  /** In `alternating`: iterations of one turn; the leader's comes first. */
  readonly turn: number;
  /** The same at the end, as above. */
  readonly finalTurn?: number;
}

export interface Turn {
  readonly leader: boolean;
  readonly follower: boolean;
}

/** Who learns in iteration `iteration` (from 0). */
export function turnAt(settings: TurnSettings, iteration: number): Turn {
  const { followerEvery, finalFollowerEvery = followerEvery, turn, finalTurn = turn } = settings;
  switch (settings.mode) {
    case 'leader':
      return { leader: true, follower: false };
    case 'joint':
      return { leader: true, follower: spanAt([followerEvery, finalFollowerEvery], settings, iteration).isLast };
    case 'alternating': {
      const leader = spanAt([turn, finalTurn], settings, iteration).place % 2 === 0;
      return { leader, follower: !leader };
    }
    case 'follower':
    case 'alone':
      return { leader: false, follower: true };
  }
}

/**
 * Which of the spans of a stage, laid end to end, holds an iteration, and whether it is that span's last. A span is as long as
 * the schedule says where it begins.
 */
function spanAt([first, final]: readonly [number, number], { iterations }: TurnSettings, iteration: number) {
  const lengthFrom = (start: number) => Math.round(linearAt(first, final, { iteration: start, iterations }));
  let [place, next] = [0, lengthFrom(0)];
  while (next <= iteration) [place, next] = [place + 1, next + lengthFrom(next)];
  return { place, isLast: iteration === next - 1 };
}
