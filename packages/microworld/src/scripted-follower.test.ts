import { defaultStrategies, Random, runEpisodes, type Planner, type Problem, type TaskSuite } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { Oracle } from './oracle.js';
import { ProgramIndex } from './program-index.js';
import type { Program } from './program.js';
import { ScriptedFollower } from './scripted-follower.js';
import { taxProgram } from './testing/tax-program.js';

const problems: Problem<Program>[] = Array.from({ length: 60 }, (_, index) => ({
  key: `key${index}`,
  suite: 'tables',
  level: 2,
  question: `Table: tax 12, taxi 31. Start with tax. Add ${index + 10}. Double it. How much is it?`,
  answer: String((12 + index + 10) * 2),
  data: taxProgram(index + 10),
}));
const suite: TaskSuite<Program> = {
  name: 'tables',
  title: 'Tables',
  domain: 'finance',
  levels: [2],
  budget: { steps: 10, tokens: 120, answerTokens: 10 },
  problems: () => problems,
  verify: (problem, text) => {
    const correct = text === `answer: ${problem.answer}`;
    return { status: correct ? 'correct' : 'wrong', score: correct ? 1 : 0, extracted: text };
  },
  goldText: (problem) => `answer: ${problem.answer}`,
};

async function accuracy(mayCheck: boolean): Promise<number> {
  const programs = new ProgramIndex();
  const watched = programs.watch(suite);
  const strategies = defaultStrategies.strategies.map(({ id }) => id);
  const episodes = await runEpisodes({
    problems: [...watched.problems({ split: 'train', seed: 0 })].map((problem) => ({ problem, suite })),
    samples: 2,
    follower: new ScriptedFollower(programs),
    planner: new Oracle(programs, { strategies, mayCheck, careful: 'never', tokens: () => 110 }),
    strategySet: defaultStrategies,
    rewards: [],
    temperature: 1,
    greedy: true,
    seed: 3,
  });
  expect(episodes.every(({ error }) => error === null)).toBe(true);
  return episodes.filter(({ verdict }) => verdict?.status === 'correct').length / episodes.length;
}

describe('the oracle on the scripted follower', () => {
  it('solves nearly everything when it may check, and far less when it may not', async () => {
    const checking = await accuracy(true);
    expect(checking).toBeGreaterThan(0.9);
    expect(await accuracy(false)).toBeLessThan(checking - 0.3);
  });
});

describe('the scripted follower', () => {
  it('writes something under any strategies in any order', async () => {
    const programs = new ProgramIndex();
    for (const problem of problems) programs.add(problem);
    const ids = defaultStrategies.strategies.map(({ id }) => id);
    const random: Planner = {
      name: 'random',
      decide: async (states, { seeds }) =>
        states.map((_, index) => ({
          strategy: Random.of(seeds[index]!).pick(ids),
          logProbability: 0,
          probabilities: ids.map(() => 1 / ids.length),
        })),
    };
    const episodes = await runEpisodes({
      problems: problems.map((problem) => ({ problem, suite })),
      samples: 20,
      follower: new ScriptedFollower(programs),
      planner: random,
      strategySet: defaultStrategies,
      rewards: [],
      temperature: 1,
      greedy: false,
      seed: 3,
    });
    expect(episodes.filter(({ error }) => error !== null)).toEqual([]);
  });
});

describe('ProgramIndex', () => {
  it('refuses a question it never saw, with a remedy', () => {
    expect(() => new ProgramIndex().find('What?')).toThrow(/no program is known for the question "What\?"/);
  });
});
