import { describe, expect, it } from 'vitest';
import { takeTurns } from './take-turns.js';

describe('takeTurns', () => {
  const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

  it.each([
    [false, ['leader', 'leader done', 'follower', 'follower done']],
    [true, ['leader', 'follower', 'leader done', 'follower done']],
  ])('at once: %s', async (atOnce, order) => {
    const seen: string[] = [];
    const update = (who: string, milliseconds: number) => async () => {
      seen.push(who);
      await wait(milliseconds);
      seen.push(`${who} done`);
      return who;
    };
    const { leader, follower } = await takeTurns({
      leader: update('leader', 10),
      follower: update('follower', 30),
      atOnce,
    });
    expect(seen).toEqual(order);
    expect([leader.made, follower.made]).toEqual(['leader', 'follower']);
    expect(follower.seconds).toBeGreaterThan(0.02);
  });

  it('says nothing of who does not learn', async () => {
    const nobody = { made: null, seconds: 0 };
    expect(await takeTurns({ leader: null, follower: null, atOnce: true })).toEqual({
      leader: nobody,
      follower: nobody,
    });
  });

  it('fails only once none is under way, with the leader’s failure first', async () => {
    let isDone = false;
    const fails = (message: string) => () => Promise.reject(new Error(message));
    const slow = async () => {
      await wait(20);
      isDone = true;
    };
    await expect(takeTurns({ leader: fails('led'), follower: slow, atOnce: true })).rejects.toThrow('led');
    expect(isDone).toBe(true);
    const both = { leader: fails('led'), follower: fails('followed') };
    await expect(takeTurns({ ...both, atOnce: true })).rejects.toThrow('led');
    await expect(takeTurns({ ...both, leader: null, atOnce: true })).rejects.toThrow('followed');
  });
});
