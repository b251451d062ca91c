import { expect, test } from 'vitest';
import { contrast, mixed, readableOn } from './charts/colours.js';
import { unbeaten } from './charts/cost-chart.js';
import { linesOf } from './charts/style.js';
import { forgettingBySteps, meanAccuracyBySteps } from './continual-metrics.js';
import { grouped, passes, searchable, type Filter } from './episodes/filter.js';
import { groupName } from './groups.js';
import { number, parametersText, percent, points, pValue, seconds } from './numbers.js';
import { metricName, otherPaths } from './sections/panels.js';
import type { EpisodeRef } from './store.js';
import { countsByKind, countsByStep, sharesOf } from './strategy-counts.js';

function episode(problem: string, policy: string, strategies: readonly number[] = [0], level = 2): EpisodeRef {
  return {
    ...{ run: 0, index: 0 },
    problem: { key: problem, suite: 'a', level, question: `What is ${problem}?`, answer: '4' },
    entry: {
      ...{ problem: 0, phase: 'evaluate', iteration: null, policy, follower: 'nano', status: 'correct' },
      ...{ extracted: '4', strategies, tokens: 10 },
    },
  };
}

const all: Filter = { run: '', suite: '', policy: '', follower: '', phase: '', verdict: '', strategy: '' };

test('problems with an episode that is looked for come with all their episodes, the planner’s first', () => {
  const episodes = [episode('p', 'alone'), episode('q', 'alone'), episode('q', 'planner')];
  const found = grouped(episodes, (each) => passes(each, { ...all, policy: 'alone' }));
  expect(found.map(({ problem }) => problem.key)).toEqual(['q', 'p']);
  expect(found[0]?.episodes.map(({ entry }) => entry.policy)).toEqual(['planner', 'alone']);
  expect(found[0]?.found.map(({ entry }) => entry.policy)).toEqual(['alone']);
});

test('a filter asks for verdicts in a word or in one of many, and for a strategy that occurs', () => {
  const right = episode('p', 'planner', [1, 3]);
  const timeout = { ...right, entry: { ...right.entry, status: 'timeout' as const } };
  const verdicts = (verdict: string) => [right, timeout].map((each) => passes(each, { ...all, verdict }));
  expect(verdicts('right')).toEqual([true, false]);
  expect(verdicts('not right')).toEqual([false, true]);
  expect(verdicts('timeout')).toEqual([false, true]);
  expect([passes(right, { ...all, strategy: '3' }), passes(right, { ...all, strategy: '2' })]).toEqual([true, false]);
});

test('a search looks through question and steps, whatever their case', () => {
  const steps = [{ text: 'Carry ON', probabilities: null, forced: false, cut: false, tokens: 1, confidence: null }];
  const text = searchable(episode('p', 'alone'), {
    ...{ planner: null, seed: 1, sample: 0, end: 'answer', error: null, steps },
    rewards: { leader: {}, follower: {} },
  });
  expect(text).toContain('carry on');
  expect(text).toContain('what is p?');
});

test('strategies are counted by step and by kind of problem', () => {
  const episodes = [episode('p', 'planner', [0, 1, -1]), episode('q', 'planner', [0, 0], 3)];
  const steps = countsByStep(episodes, 2);
  expect(steps.map(({ category, total }) => [category, total])).toEqual([
    ['1', 2],
    ['2', 2],
    ['3', 0],
  ]);
  expect(sharesOf(steps, 0)).toEqual([1, 0.5, 0]);
  expect(countsByKind(episodes, 2)).toEqual([
    { category: 'a · level 2', counts: [1, 1], total: 2 },
    { category: 'a · level 3', counts: [2, 0], total: 2 },
  ]);
});

test('what nothing else beats at its cost', () => {
  const offers = [
    { cost: 5, value: 0.4 },
    { cost: 1, value: 0.2 },
    { cost: 2, value: 0.1 },
    { cost: 5, value: 0.5 },
    { cost: 9, value: 0.5 },
  ];
  expect(unbeaten(offers)).toEqual([
    { cost: 1, value: 0.2 },
    { cost: 5, value: 0.5 },
  ]);
});

test('forgetting and mean accuracy of a matrix worked by hand', () => {
  const accuracies = [
    [0.1, 0.1, 0.1],
    [0.8, 0.2, 0.1],
    [0.6, 0.7, 0.2],
    [0.5, 0.4, 0.9],
  ];
  const forgetting = forgettingBySteps({ accuracies });
  expect(forgetting.slice(0, 2)).toEqual([null, null]);
  // After the second task: 0.8 − 0.6; after the third: ((0.8 − 0.5) + (0.7 − 0.4)) / 2.
  expect(forgetting[2]).toBeCloseTo(0.2);
  expect(forgetting[3]).toBeCloseTo(0.3);
  expect(meanAccuracyBySteps({ accuracies })[3]).toBeCloseTo(0.6);
});

test('numbers of further learners find their panel, the rest are offered by name', () => {
  const paths = ['accuracy', 'followerUpdate.policy.entropy', 'settings.entropy', 'strategyUse.validation', 'episodes'];
  expect(otherPaths(paths)).toEqual(['settings.entropy', 'episodes']);
  expect([metricName('accuracy'), metricName('rewards.leader-accuracy')]).toEqual(['all suites', 'leader-accuracy']);
  expect(metricName('update.policy.entropy')).toBe('leader');
  expect(metricName('followerUpdate.policy.entropy')).toBe('follower');
});

test('numbers are written for people', () => {
  expect([number(null), number(0.00012), number(1234.5), number(-0.5), number(12)]).toEqual([
    '–',
    '1.2e−4',
    '1235',
    '−0.5',
    '12.0',
  ]);
  expect([percent(0.1234), points(0.1), points(-0.031)]).toEqual(['12.3 %', '+10.0', '−3.1']);
  expect([pValue(1e-9), pValue(0.02)]).toEqual(['p\u00a0<\u00a00.001', 'p\u00a0=\u00a00.020']);
  expect([160_192, 1e6, 160e6, 7e9].map(parametersText)).toEqual(['0.16M', '1.0M', '160.0M', '7.0B']);
  expect([seconds(30), seconds(300), seconds(9000)]).toEqual(['30.0 s', '5.0 min', '2.5 h']);
});

test('seeds are called by what their names have in common', () => {
  const named = (...names: string[]) => groupName(names.map((name) => ({ name })));
  expect(named('replay+kl-1', 'replay+kl-2')).toBe('replay+kl (2 seeds)');
  expect(named('run-10', 'run-11', 'run-12')).toBe('run (3 seeds)');
  expect(named('runs/a', 'runs/b')).toBe('runs (2 seeds)');
  expect(named('one', 'two')).toBe('one, … (2 seeds)');
  expect(named('only')).toBe('only');
});

test('text on a colour is the one that is read best there', () => {
  // The ratio of black on white is 21 by definition.
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(mixed('#000000', '#ffffff', 0.5)).toBe('#808080');
  expect(readableOn('#ffffff', ['#ffffff', '#000000'])).toBe('#000000');
  expect(readableOn('#24408f', ['#1c2024', '#ffffff'])).toBe('#ffffff');
});

test('names break between their words where the room asks for it', () => {
  expect(linesOf('word-problems', 20)).toEqual(['word-problems']);
  expect(linesOf('word-problems', 8)).toEqual(['word-', 'problems']);
  expect(linesOf('self-consistency (joint)', 12)).toEqual(['self-', 'consistency', '(joint)']);
});
