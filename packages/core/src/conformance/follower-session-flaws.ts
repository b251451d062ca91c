import type { FollowerStep } from '../follower.js';
import type { Strategy } from '../strategy.js';
import type { Flaws } from './flaws.js';
import type { FollowerTrial } from './follower-trial.js';

/** Sessions take no notice of their neighbours, nor of the order in which they were opened. */
export async function sideBySideFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  [first, second]: readonly [string, string],
  opening: readonly Strategy[],
): Promise<void> {
  const works = [
    () => trial.write(first, opening),
    () => trial.write(second, opening),
    () => trial.write(first, [null, null]),
  ];
  const alone: FollowerStep[][] = [];
  for (const work of works) alone.push(await work());
  const together = await Promise.all(works.map((work) => work()));
  const isIndependent = alone.every((steps, index) => trial.agree(steps, together[index] as FollowerStep[]));
  flaws.expect(isIndependent, 'a step depends on the sessions beside it');
  const backwards = (await Promise.all(works.toReversed().map((work) => work()))).toReversed();
  const isOrderless = alone.every((steps, index) => trial.agree(steps, backwards[index] as FollowerStep[]));
  flaws.expect(isOrderless, 'a step depends on the order of the sessions');
}

/** Tokens that a step may feed in more than the one before it under the same strategy: a separator, a cut line's end. */
const SEPARATORS = 3;

/**
 * A step evaluates its new tokens only: what is fed in does not grow with the conversation, and is what the contract says.
 * @param evaluated tokens evaluated so far, where the follower tells
 */
export async function newTokenFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  question: string,
  [strategy]: readonly Strategy[],
  evaluated: (() => number | Promise<number>) | null,
): Promise<void> {
  const before = (await evaluated?.()) ?? 0;
  const steps = await trial.write(
    question,
    Array.from({ length: 5 }, () => strategy ?? null),
  );
  const unique = steps.reduce((sum, { usage, tokens }) => sum + usage.promptTokens + tokens.length, 0);
  const isOnce = evaluated === null || (await evaluated()) - before <= unique;
  flaws.expect(isOnce, 'a conversation evaluates more tokens than it has');
  for (const [index, { usage, tokens }] of steps.entries()) {
    // Where the step before ended by itself, nothing has to be closed. Some servers do not tell a step's last token.
    const isCounted = steps[index - 1]?.finish !== 'stop' || usage.promptTokens <= usage.budgetTokens - tokens.length;
    flaws.expect(isCounted, 'promptTokens count more than the injection, after a step that ended by itself');
  }
  const [first = 0, second = 0, ...later] = steps.map(({ usage }) => usage.promptTokens);
  const isBounded = later.every((fed) => fed <= second + SEPARATORS) && second <= first + SEPARATORS;
  flaws.expect(isBounded, 'a step evaluates again what was evaluated before it');
}

/** A fork goes on from the past it shares, and neither touches the other nor outlives it badly. */
export async function forkFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  question: string,
  opening: readonly Strategy[],
  terminal: Strategy,
): Promise<void> {
  const [before = terminal, after = terminal] = opening;
  const untouched = await trial.write(question, [before, after]);
  // A follower that answers in its first step has nothing to go on from.
  if (untouched[0]?.finish === 'answer') return;
  const session = await trial.follower.open(question);
  await trial.step(session, before, { seed: 0 });
  const [twin, stray] = [await session.fork(), await session.fork()];
  await trial.step(stray, terminal, { seed: 99 });
  await stray[Symbol.asyncDispose]();
  const own = await trial.step(session, after, { seed: 1 });
  flaws.expect(trial.agree(untouched.slice(1), [own]), 'a fork touches the session it was made from');
  await session[Symbol.asyncDispose]();
  const forked = await trial.step(twin, after, { seed: 1 });
  flaws.expect(trial.agree([own], [forked]), 'a fork does not go on from the past it shares');
  await twin[Symbol.asyncDispose]();
}
