import { FollowerError, messageOf } from '../errors.js';
import type { Follower } from '../follower.js';
import type { Strategy } from '../strategy.js';
import { Flaws } from './flaws.js';

export interface FollowerDeath {
  readonly question: string;
  readonly strategy: Strategy;
  /** Ends what the follower runs on, from outside, while a step is under way. */
  kill(): void | Promise<void>;
  /** Milliseconds within which every step has to be answered; 10 000 by default. */
  readonly patience?: number;
}

/**
 * A follower that dies in the middle of a step answers every step with a FollowerError, those under way and those asked for
 * afterwards, so that the episode loop records them and goes on. The follower is no good afterwards.
 */
export async function followerDeathFlaws(follower: Follower, death: FollowerDeath): Promise<string[]> {
  const { question, strategy, patience = 10_000 } = death;
  const flaws = new Flaws();
  const options = { maxTokens: 48, temperature: 1, seed: 1 };
  const answered = async (work: () => Promise<unknown>): Promise<unknown> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, patience);
    });
    const outcome = work().then(
      () => 'written',
      (thrown: unknown) => thrown,
    );
    const first = await Promise.race([outcome, late]);
    clearTimeout(timer);
    return first;
  };
  const sessions = [await follower.open(question), await follower.open(question)];
  const underWay = sessions.map((session) => answered(() => session.step(strategy, options)));
  await death.kill();
  const outcomes = [
    ...(await Promise.all(underWay)),
    await answered(async () => (await follower.open(question)).step(strategy, options)),
  ];
  for (const outcome of outcomes) {
    flaws.expect(outcome !== 'late', 'a step is never answered after the follower died');
    const isError = typeof outcome === 'string' || outcome instanceof FollowerError;
    flaws.expect(isError, `a step of a dead follower fails with no FollowerError: ${messageOf(outcome)}`);
  }
  flaws.expect(outcomes.at(-1) !== 'written', 'a dead follower goes on writing');
  return flaws.found;
}
