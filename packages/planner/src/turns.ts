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
  /** In `joint`: the follower learns in every so many iterations, the leader in all. */
  readonly followerEvery: number;
  /** In `alternating`: iterations of one turn; the leader's comes first. */
  readonly turn: number;
}

export interface Turn {
  readonly leader: boolean;
  readonly follower: boolean;
}

/** Who learns in iteration `iteration` (from 0). */
export function turnAt({ mode, followerEvery, turn }: TurnSettings, iteration: number): Turn {
  switch (mode) {
    case 'leader':
      return { leader: true, follower: false };
    case 'joint':
      return { leader: true, follower: (iteration + 1) % followerEvery === 0 };
    case 'alternating': {
      const leader = Math.floor(iteration / turn) % 2 === 0;
      return { leader, follower: !leader };
    }
    case 'follower':
    case 'alone':
      return { leader: false, follower: true };
  }
}
