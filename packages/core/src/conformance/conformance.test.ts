import { describe, expect, test } from 'vitest';
import { defaultStrategies } from '../default-strategies.js';
import type { Decision, Planner } from '../planner.js';
import { splitOf } from '../content-key.js';
import type { Problem } from '../problem.js';
import { fakeDecision, fakePlanner, fakeProblem, fakeSuite } from '../testing/fakes.js';
import type { Tracker, TrackerSession } from '../tracker.js';
import { firstKeys, plannerFlaws, suiteFlaws, trackerFlaws } from './index.js';

const strategySet = defaultStrategies;

describe('planners', () => {
  const deciding = (decide: Planner['decide']): Planner => ({ name: 'tried', decide });
  const each = (decide: (row: number) => Decision): Planner =>
    deciding(async (states) => states.map((_, row) => decide(row)));
  const certain = (index: number): Decision => ({
    ...fakeDecision(index),
    logProbability: 0,
    probabilities: strategySet.strategies.map((_, at) => Number(at === index)),
  });

  test('those that conform have no flaws', async () => {
    expect(await plannerFlaws(fakePlanner, strategySet)).toEqual([]);
    expect(
      await plannerFlaws(
        each(() => certain(3)),
        strategySet,
      ),
    ).toEqual([]);
  });

  test.each([
    ['no distribution', each(() => ({ ...certain(1), probabilities: strategySet.strategies.map(() => 1) }))],
    ['gives no probability', each(() => ({ ...certain(1), strategy: 'validation' }))],
    ['not that of the choice', each(() => ({ ...certain(1), logProbability: -3 }))],
    ['depends on the rest of its batch', each((row) => certain(row % 2))],
    ['not in strategy set', each(() => fakeDecision(99))],
    ['made 0 decisions', deciding(async () => [])],
    ['fell over', deciding(() => Promise.reject(new Error('it fell over')))],
  ])('one is told: %s', async (flaw, planner) => {
    expect((await plannerFlaws(planner, strategySet)).join('\n')).toContain(flaw);
  });
});

describe('suites', () => {
  const base = fakeSuite({ steps: 3, tokens: 20, answerTokens: 5 });
  const suite = {
    ...base,
    problems: ({ split }: { split: string }) =>
      Array.from({ length: 200 }, (_, index) => fakeProblem(index)).filter(({ key }) => splitOf(key) === split),
    verify: ({ answer }: Problem, text: string) => {
      const isRight = text === answer;
      return { status: isRight ? ('correct' as const) : ('wrong' as const), score: Number(isRight), extracted: text };
    },
  };

  const judged = (isRight: boolean) => ({
    ...{ status: isRight ? ('correct' as const) : ('wrong' as const), score: Number(isRight), extracted: null },
  });

  test('one that conforms has no flaws', async () => {
    expect(await suiteFlaws(suite, { keys: firstKeys(suite, 3) })).toEqual([]);
  });

  test('one is told when a question is too long, or its keys have moved', async () => {
    expect((await suiteFlaws(suite, { longestQuestion: 10 })).join('\n')).toContain('characters');
    expect(await suiteFlaws(suite, { keys: ['0123456789abcdef'] })).toEqual([
      'its first training keys are no longer those that were noted',
    ]);
  });

  test('one is told when a verdict takes too long', async () => {
    const verify = async (problem: Problem, text: string) => {
      await new Promise((resolve) => setTimeout(resolve, text === 'NaN' ? 30 : 0));
      return suite.verify(problem, text);
    };
    expect((await suiteFlaws({ ...suite, verify }, { count: 2, slowestVerdict: 20 })).join('\n')).toContain(
      '"NaN" takes',
    );
  });

  test.each([
    ['belongs elsewhere', { problems: () => [fakeProblem(0)] }],
    ['is handed out twice', { problems: () => [fakeProblem(0), fakeProblem(0)] }],
    ['gives other problems', { problems: () => [{ ...fakeProblem(0), data: Math.random() }] }],
    ['is not its content', { problems: () => [{ ...fakeProblem(0), key: '0000000000000000' }] }],
    ['own gold answer is wrong', { goldText: () => 'none' }],
    ['counts as correct', { verify: () => ({ status: 'correct' as const, score: 1, extracted: null }) }],
    ['split train: it fell over', { verify: () => Promise.reject(new Error('it fell over')) }],
    ['does not fit the verdict', { verify: () => ({ status: 'wrong' as const, score: 2, extracted: null }) }],
    ['asked for level 2', { levels: [1, 2] }],
    [
      'the wrong answer "2" counts',
      { wrongTexts: () => ['2'], verify: (_: Problem, text: string) => judged(text === '2') },
    ],
    ['gold answers of other problems', { verify: (_: Problem, text: string) => judged(/^\d+$/.test(text)) }],
    ['leaves nothing', { budget: { steps: 3, tokens: 5, answerTokens: 5 } }],
  ])('one is told: %s', async (flaw, change) => {
    expect((await suiteFlaws({ ...suite, ...change })).join('\n')).toContain(flaw);
  });
});

describe('trackers', () => {
  const report = { destination: 'here', sent: 0, refused: 0 };
  const session: TrackerSession = { record: () => undefined, close: async () => null };
  const tracker: Tracker = { name: 'quiet', follow: () => session, sync: async () => report };
  const check = (changed: Partial<Tracker>) =>
    trackerFlaws({ ...tracker, ...changed }, { path: '/run', seconds: 0.05 });

  test('one that conforms has no flaws', async () => {
    expect(await check({})).toEqual([]);
  });

  test.each<[string, Partial<Tracker>]>([
    ['it has no name', { name: '' }],
    ['following: no server', { follow: () => fail('no server') }],
    ['following again: not twice', { follow: () => ({ ...session, record: () => fail('not twice') }) }],
    ['closing takes more than 0.05 s', { follow: () => ({ ...session, close: () => new Promise(() => undefined) }) }],
    ['synchronising: no server', { sync: async () => fail('no server') }],
    ['does not say where to look', { sync: async () => ({ ...report, destination: '' }) }],
  ])('one is told: %s', async (flaw, change) => {
    expect((await check(change)).join('\n')).toContain(flaw);
  });
});

function fail(message: string): never {
  throw new Error(message);
}
