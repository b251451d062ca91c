import { FollowerError } from '../errors.js';
import type { Strategy } from '../strategy.js';
import type { Flaws } from './flaws.js';
import type { FollowerTrial } from './follower-trial.js';

/** A step that is aborted ends as a FollowerError, before it begins and under way, and takes no neighbour with it. */
export async function abortFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  [first, second]: readonly [string, string],
  opening: readonly Strategy[],
): Promise<void> {
  /** What comes of a step whose signal is aborted while it is under way, or was before. */
  const aborted = (controller: AbortController): Promise<unknown> =>
    trial.withSession(first, (session) => {
      const outcome = trial.step(session, opening[0] ?? null, { signal: controller.signal }).then(
        () => 'written',
        (thrown: unknown) => thrown,
      );
      controller.abort();
      return outcome;
    });
  const before = new AbortController();
  before.abort();
  const refused = await aborted(before);
  flaws.expect(refused !== 'written', 'a step whose signal was aborted is written all the same');
  const alone = await trial.write(second, opening);
  const [beside, cut] = await Promise.all([trial.write(second, opening), aborted(new AbortController())]);
  for (const ended of [refused, cut]) {
    const isNamed = ended === 'written' || ended instanceof FollowerError;
    flaws.expect(isNamed, 'an aborted step fails with no FollowerError');
  }
  flaws.expect(trial.agree(alone, beside), 'a step depends on one beside it that is aborted');
}

/** Beyond its context a follower says so; it neither shifts its past silently nor takes others with it. */
export async function overflowFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  question: string,
  opening: readonly Strategy[],
  contextTokens: number,
): Promise<void> {
  let error: unknown = null;
  await trial.withSession(question, async (session) => {
    for (let spent = 0, seed = 0; spent <= contextTokens && error === null; seed += 1) {
      try {
        const step = await trial.step(session, opening[0] ?? null, { seed });
        if (step.finish === 'answer') return;
        spent += Math.max(1, step.usage.budgetTokens);
      } catch (thrown) {
        error = thrown;
      }
    }
    flaws.expect(error !== null, `it goes on beyond its ${contextTokens} tokens`);
  });
  const isNamed = error === null || (error instanceof FollowerError && error.code === 'context-overflow');
  flaws.expect(isNamed, 'what overflows is not refused as context-overflow');
  await trial.write(question, opening);
}

/** A special token's text in a question is text, token by token, or it is refused. */
export async function specialTokenFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  question: string,
  token: string,
  opening: readonly Strategy[],
): Promise<void> {
  const fed = async (text: string): Promise<number> =>
    (await trial.write(text, opening.slice(0, 1)))[0]?.usage.promptTokens ?? 0;
  const plain = await fed(question);
  try {
    const isRead = (await fed(`${question} ${token}`)) - plain > 2;
    flaws.expect(isRead, `${token} in a question is read as the special token`);
  } catch (thrown) {
    const isRefused = thrown instanceof FollowerError && thrown.code === 'text-not-encodable';
    flaws.expect(isRefused, `${token} in a question is not refused as text-not-encodable`);
  }
}

/** Opens sessions one after another, forks them, and disposes of all. */
export async function useSessions(
  trial: FollowerTrial,
  question: string,
  opening: readonly Strategy[],
  times: number,
): Promise<void> {
  for (let seed = 0; seed < times; seed += 1) {
    await trial.withSession(question, async (session) => {
      await trial.step(session, opening[0] ?? null, { maxTokens: 4, seed });
      await (await session.fork())[Symbol.asyncDispose]();
    });
  }
}

/** How long, in milliseconds, what was disposed of may take to be given back. */
const PATIENCE = 1000;

/** What the follower holds comes back to what it held before. */
export async function heldFlaws(
  flaws: Flaws,
  held: () => number | Promise<number>,
  before: number,
  what: string,
): Promise<void> {
  const end = performance.now() + PATIENCE;
  while ((await held()) !== before && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  const now = await held();
  flaws.expect(now === before, `${what}: the follower holds ${now} where it held ${before} before`);
}
