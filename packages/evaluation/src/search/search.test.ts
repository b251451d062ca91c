import { defaultStrategies, EpisodesError, ProblemError } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeFollower, fakeSuite, strategySet } from '../testing/fakes.js';
import { planRace } from './race.js';
import { scheduleCandidates } from './schedule-candidates.js';
import { schedulesBySuite, searchSchedules, type ScheduleSearchOptions } from './schedule-search.js';
import type { ScheduleSearchProgress } from './training-ground.js';

const base: ScheduleSearchOptions = {
  ...{ suites: [fakeSuite('words'), fakeSuite('lists')], strategySet, follower: fakeFollower(), seed: 5 },
  ...{ screening: fakeFollower('cheap'), temperature: 1, candidates: 30, finalists: 6 },
  ...{ screeningEpisodes: 300, episodes: 200 },
};

describe('scheduleCandidates', () => {
  it('gives as many different schedules as asked for, none longer than the limit, the empty one among them', () => {
    for (const count of [1, 50, 1500, 4000]) {
      const found = scheduleCandidates({ strategySet: defaultStrategies, count, steps: 9 });
      expect(new Set(found.map((schedule) => schedule.join(' '))).size).toBe(count);
      expect(found[0]).toEqual([]);
      expect(found.every((schedule) => schedule.length <= 9 && !schedule.includes('termination'))).toBe(true);
    }
  });

  it('has the plain ones that a person would try first', () => {
    const found = scheduleCandidates({ strategySet: defaultStrategies, count: 6000 }).map((each) => each.join(' '));
    expect(found).toContain('decomposition continuation continuation continuation');
    expect(found).toContain('decomposition continuation validation continuation validation');
    expect(found).toContain('decomposition deep-thinking deep-thinking deep-thinking deep-thinking validation');
  });

  it('makes do with what a small set of strategies has', () => {
    const found = scheduleCandidates({ strategySet, count: 500, steps: 3 });
    // 1 + 2 + 4 + 8 schedules of two strategies and at most three steps.
    expect(found.length).toBeLessThanOrEqual(15);
    expect(found.flat().every((id) => id === 'continuation' || id === 'validation')).toBe(true);
  });

  it('depends on its seed alone', () => {
    const options = { strategySet: defaultStrategies, count: 100, seed: 3 };
    expect(scheduleCandidates(options)).toEqual(scheduleCandidates(options));
    expect(scheduleCandidates(options)).not.toEqual(scheduleCandidates({ ...options, seed: 4 }));
  });
});

describe('planRace', () => {
  it('lets every contestant meet all levels equally often', () => {
    expect(planRace(300, 12, 3000, 4)).toEqual({ contestants: [300, 100, 34], problems: [4, 12, 40], keep: 12 });
  });

  it('gives the fewer contestants the more problems, at about the price asked for', () => {
    const count = fc.integer({ min: 1, max: 2000 });
    fc.assert(
      fc.property(
        count,
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 0, max: 50_000 }),
        (start, keep, episodes) => {
          const { contestants, problems } = planRace(start, keep, episodes);
          let spent = 0;
          contestants.forEach((left, round) => {
            const fresh = (problems[round] ?? 0) - (problems[round - 1] ?? 0);
            expect(fresh).toBeGreaterThanOrEqual(1);
            if (round > 0) expect(left).toBeLessThan(contestants[round - 1] ?? 0);
            spent += left * fresh;
          });
          expect(spent).toBeLessThanOrEqual(Math.max(episodes, 0) + contestants.reduce((sum, left) => sum + left, 0));
          expect(contestants.at(-1)).toBeLessThanOrEqual(3 * keep + (start <= 3 * keep ? start : 0));
        },
      ),
    );
  });
});

describe('searchSchedules', () => {
  it('finds a schedule that ends with a check, where a check always mends', async () => {
    const rounds: ScheduleSearchProgress[] = [];
    const search = await searchSchedules({ ...base, onProgress: (progress) => rounds.push(progress) });
    for (const schedule of [...Object.values(schedulesBySuite(search)), search.overall.schedule]) {
      expect(schedule.at(-1)).toBe('validation');
    }
    expect(search.perSuite.map(({ suite, trainAccuracy }) => [suite, trainAccuracy])).toEqual([
      ['words', 1],
      ['lists', 1],
    ]);
    expect(search.overall).toMatchObject({ suite: 'all', trainAccuracy: 1 });
    expect(rounds.some(({ stage }) => stage === 'screening')).toBe(true);
    expect(search.episodes).toBe(rounds.at(-1)?.episodes);
    expect(search.episodes).toBeLessThan(2 * (300 + 200) + 600);
    expect(await searchSchedules(base)).toEqual(search);
  });

  it('does without a screening follower', async () => {
    const search = await searchSchedules({ ...base, screening: null });
    expect(search.perSuite[0]?.schedule.at(-1)).toBe('validation');
  });

  it('refuses problems that are not for training', async () => {
    const leaky = fakeSuite('leaky', () => 'test');
    await expect(searchSchedules({ ...base, suites: [leaky] })).rejects.toThrow(ProblemError);
    await expect(searchSchedules({ ...base, suites: [leaky] })).rejects.toThrow(/of split test/);
  });

  it('counts failed episodes as not solved, and is no search where all of a round fail', async () => {
    const few = { ...base, suites: [fakeSuite('words')], candidates: 6, screeningEpisodes: 12, episodes: 12 };
    const half = fakeFollower('half', { fails: (question) => Number.parseInt(question.split(' ')[2]!) % 2 === 0 });
    const found = await searchSchedules({ ...few, follower: half });
    expect(found.overall.trainAccuracy).toBeGreaterThan(0);
    expect(found.overall.trainAccuracy).toBeLessThan(1);
    const broken = fakeFollower('broken', { fails: () => true });
    await expect(searchSchedules({ ...few, screening: broken })).rejects.toThrow(EpisodesError);
    await expect(searchSchedules({ ...few, follower: broken })).rejects.toMatchObject({
      code: 'follower-failed',
      message: expect.stringMatching(
        /^all \d+ episodes of schedules on suite "words" with follower "broken" failed, the/,
      ),
    });
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(searchSchedules({ ...base, signal })).rejects.toThrow('enough');
  });
});
