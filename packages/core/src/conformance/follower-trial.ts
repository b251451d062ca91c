import type { Follower, FollowerSession, FollowerStep, StepOptions } from '../follower.js';
import { checkStep } from '../follower-contract.js';
import type { Strategy } from '../strategy.js';
import { isSame } from './flaws.js';

/** A follower under trial: how the parts of its suite let it write, and when they take two steps for the same. */
export class FollowerTrial {
  constructor(
    readonly follower: Follower,
    private readonly maxTokens: number,
    private readonly tolerance: number,
  ) {}

  options(more: Partial<StepOptions> = {}): StepOptions {
    return { maxTokens: this.maxTokens, temperature: 1, seed: 7, ...more };
  }

  /** One session's steps, each checked against the contract; it ends early where the follower gives its answer. */
  write(
    question: string,
    strategies: readonly (Strategy | null)[],
    more: Partial<StepOptions> = {},
  ): Promise<FollowerStep[]> {
    return this.withSession(question, async (session) => {
      const steps: FollowerStep[] = [];
      for (const [index, strategy] of strategies.entries()) {
        const step = await this.step(session, strategy, { seed: index, ...more });
        steps.push(step);
        if (step.finish === 'answer') break;
      }
      return steps;
    });
  }

  async step(
    session: FollowerSession,
    strategy: Strategy | null,
    more: Partial<StepOptions> = {},
  ): Promise<FollowerStep> {
    const options = this.options(more);
    return checkStep(this.follower.name, await session.step(strategy, options), options.maxTokens);
  }

  async withSession<T>(question: string, work: (session: FollowerSession) => Promise<T>): Promise<T> {
    const session = await this.follower.open(question);
    try {
      return await work(session);
    } finally {
      await session[Symbol.asyncDispose]();
    }
  }

  agree(one: readonly FollowerStep[], other: readonly FollowerStep[]): boolean {
    return (
      one.length === other.length &&
      one.every((step, index) => isAlike(step, other[index] as FollowerStep, this.tolerance))
    );
  }
}

function isAlike(one: FollowerStep, other: FollowerStep, tolerance: number): boolean {
  return (
    areNear(one.logProbabilities, other.logProbabilities, tolerance) &&
    isSame({ ...one, logProbabilities: [] }, { ...other, logProbabilities: [] })
  );
}

/** Whether log-probabilities differ by no more than `tolerance`, token by token. */
export function areNear(one: readonly number[], other: readonly number[], tolerance: number): boolean {
  return one.every((value, index) => Math.abs(value - (other[index] ?? Infinity)) <= tolerance);
}
