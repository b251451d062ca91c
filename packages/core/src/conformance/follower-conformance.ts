import type { Follower, FollowerSession, FollowerStep, StepOptions } from '../follower.js';
import { checkStep } from '../follower-contract.js';
import type { Strategy, StrategySet } from '../strategy.js';
import { terminalStrategy } from '../strategy-set.js';
import { Flaws, isSame } from './flaws.js';

export interface FollowerConformance {
  readonly strategySet: StrategySet;
  /** A few questions of the kind the follower can read; at least two. */
  readonly questions: readonly string[];
  /** Tokens a step of the suite may cost; enough for every injection. 48 by default. */
  readonly maxTokens?: number;
  /** Largest difference of log-probabilities that batching may make; 1e-3 by default. */
  readonly tolerance?: number;
}

/**
 * What every follower must do, tried on this one: keep to budgets, repeat itself under the same seed, take no notice of
 * who runs beside it, fork, and give back what it holds.
 *
 * @returns one sentence for each flaw; empty when there is none.
 */
export async function followerFlaws(follower: Follower, suite: FollowerConformance): Promise<string[]> {
  const { questions, strategySet, maxTokens = 48, tolerance = 1e-3 } = suite;
  const flaws = new Flaws();
  const [first = '', second = ''] = questions;
  const options = (more: Partial<StepOptions> = {}): StepOptions => ({ maxTokens, temperature: 1, seed: 7, ...more });
  const write = (question: string, strategies: readonly (Strategy | null)[], more: Partial<StepOptions> = {}) =>
    withSession(follower, question, async (session) => {
      const steps: FollowerStep[] = [];
      for (const [index, strategy] of strategies.entries()) {
        const step = await session.step(strategy, options({ seed: index, ...more }));
        steps.push(checkStep(follower.name, step, more.maxTokens ?? maxTokens));
      }
      return steps;
    });
  const agree = (one: readonly FollowerStep[], other: readonly FollowerStep[]): boolean =>
    one.length === other.length && one.every((step, index) => isAlike(step, other[index] as FollowerStep, tolerance));

  flaws.expect(follower.name !== '', 'it has no name');
  for (const strategy of [...strategySet.strategies, null]) {
    await flaws.part(`a step under ${strategy?.id ?? 'no strategy'}`, async () => {
      const [step] = await write(first, [strategy]);
      if (strategy !== null) flaws.expect(step?.strategy === strategy.id, 'a step does not name its strategy');
      flaws.expect(step?.logProbabilities.every((value) => value <= 0) === true, 'a log-probability is above 0');
    });
  }
  const opening = strategySet.strategies.filter(({ terminal }) => !terminal).slice(0, 2);
  for (const tokens of [1, 2, 8]) {
    await flaws.part(`a step of ${tokens} tokens`, async () => {
      await write(first, [opening[0] ?? null], { maxTokens: tokens });
    });
  }
  await flaws.part('repeating under the same seed', async () => {
    const isRepeated = agree(await write(first, opening), await write(first, opening));
    flaws.expect(isRepeated, 'the same seed does not give the same steps');
  });
  await flaws.part('running side by side', async () => {
    const alone = [await write(first, opening), await write(second, opening), await write(first, [null, null])];
    const together = await Promise.all([
      ...[write(first, opening), write(second, opening), write(first, [null, null])],
    ]);
    const isIndependent = alone.every((steps, index) => agree(steps, together[index] as FollowerStep[]));
    flaws.expect(isIndependent, 'a step depends on the sessions beside it');
  });
  // Guided, since a follower that goes on as it likes may answer at once, and then cannot go on.
  const moves = [opening[0] ?? null, terminalStrategy(strategySet)] as const;
  await flaws.part('forking', () => forkFlaws(flaws, follower, first, moves, options, agree));
  await flaws.part('aborting', async () => {
    const aborted = write(first, opening, { signal: AbortSignal.abort() });
    const isRefused = await aborted.then(
      () => false,
      () => true,
    );
    flaws.expect(isRefused, 'a step whose signal was aborted is written all the same');
  });
  return flaws.found;
}

async function forkFlaws(
  flaws: Flaws,
  follower: Follower,
  question: string,
  [shared, terminal]: readonly [Strategy | null, Strategy],
  options: (more?: Partial<StepOptions>) => StepOptions,
  agree: (one: readonly FollowerStep[], other: readonly FollowerStep[]) => boolean,
): Promise<void> {
  await withSession(follower, question, async (session) => {
    await session.step(shared, options());
    const fork = await session.fork();
    const [own, forked] = [await session.step(terminal, options()), await fork.step(terminal, options())];
    await fork[Symbol.asyncDispose]();
    flaws.expect(agree([own], [forked]), 'a fork does not go on from the past it shares');
  });
}

async function withSession<T>(
  follower: Follower,
  question: string,
  work: (session: FollowerSession) => Promise<T>,
): Promise<T> {
  const session = await follower.open(question);
  try {
    return await work(session);
  } finally {
    await session[Symbol.asyncDispose]();
  }
}

function isAlike(one: FollowerStep, other: FollowerStep, tolerance: number): boolean {
  const isNear = one.logProbabilities.every(
    (value, index) => Math.abs(value - (other.logProbabilities[index] ?? Infinity)) <= tolerance,
  );
  return isNear && isSame({ ...one, logProbabilities: [] }, { ...other, logProbabilities: [] });
}
