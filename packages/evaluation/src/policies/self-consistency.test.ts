import { runEpisodes, take, type Episode } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../outcome.js';
import { fakeFollower, fakeSuite, strategySet } from '../testing/fakes.js';
import { majority } from './majority.js';
import type { PolicySetting } from './policy.js';
import { selfConsistencyPolicy } from './self-consistency.js';

const suite = fakeSuite('words');
const follower = fakeFollower();
const problems = take(suite.problems({ split: 'test', seed: 1 }), 40);
const vote = (extracted: string | null, sample: number) =>
  ({ sample, verdict: { status: 'wrong', score: 0, extracted } }) as Episode;

/** A setting whose planner used `budget` tokens on every problem; notes how many episodes each problem got. */
function setting(budget: number, asked: Map<string, number> = new Map()): PolicySetting {
  return {
    ...{ suite, follower, seed: 3, streams: 3, problems, strategySet },
    before: new Map([['planner', problems.map(() => ({ tokens: budget }) as Outcome)]]),
    rollout: async ({ planner, samples = 1, problems: some = problems, seed = 3 }) => {
      for (const { key } of some) asked.set(key, (asked.get(key) ?? 0) + samples);
      return runEpisodes({
        ...{ planner, greedy: false, samples, follower, strategySet, rewards: [], temperature: 1, seed },
        problems: some.map((problem) => ({ problem, suite })),
      });
    },
  };
}

function meanTokens(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { tokens }) => sum + tokens, 0) / outcomes.length;
}

describe('majority', () => {
  it('takes the most frequent answer, the earlier at a tie, and counts no silence', () => {
    expect(majority([vote('7', 0), vote('8', 1), vote('8 ', 2)]).sample).toBe(1);
    expect(majority([vote('7', 0), vote('8', 1)]).sample).toBe(0);
    expect(majority([vote(null, 0), vote(null, 1), vote('9', 2)]).sample).toBe(2);
    expect(majority([vote(null, 0), vote(null, 1)]).sample).toBe(0);
    expect(() => majority([])).toThrow(RangeError);
  });
});

describe('selfConsistencyPolicy', () => {
  it.each([17, 30, 62])("meets the planner's %d tokens per problem, with odd votes spread evenly", async (budget) => {
    const asked = new Map<string, number>();
    const outcomes = await selfConsistencyPolicy().run(setting(budget, asked));
    // An unguided episode costs 13 or 14 tokens here; a pair that no longer fits may stay unspent.
    expect(Math.abs(meanTokens(outcomes) - budget)).toBeLessThan(1);
    const votes = [...asked.values()];
    expect(votes.every((count) => count % 2 === 1)).toBe(true);
    expect(Math.max(...votes) - Math.min(...votes)).toBeLessThanOrEqual(2);
  });

  it('is one sample, the one of the follower alone, where nothing more fits', async () => {
    const asked = new Map<string, number>();
    await selfConsistencyPolicy().run(setting(2, asked));
    expect([...asked.values()].every((count) => count === 1)).toBe(true);
  });

  it('votes a given number of times whatever it costs', async () => {
    const asked = new Map<string, number>();
    const policy = selfConsistencyPolicy({ samples: 8 });
    expect([policy.name, policy.after]).toEqual(['self-consistency-8', []]);
    await policy.run(setting(2, asked));
    expect([...asked.values()].every((count) => count === 8)).toBe(true);
  });

  it('depends on its seed alone', async () => {
    const run = () => selfConsistencyPolicy().run(setting(40));
    expect(await run()).toEqual(await run());
  });
});
