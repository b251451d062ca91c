import { describe, expect, it } from 'vitest';
import { contentKey } from './content-key.js';
import type { Problem } from './problem.js';
import type { TaskSuite } from './task-suite.js';
import { validate } from './validate.js';

const problems: Problem[] = ['1', '2', 'broken', 'unread'].map((answer) => {
  const question = `Say ${answer}.`;
  return { key: contentKey('say', question), suite: 'say', level: 1, question, answer, data: null };
});
const suite: TaskSuite = {
  name: 'say',
  title: 'Say it',
  domain: 'test',
  levels: [1],
  budget: { steps: 1, tokens: 20, answerTokens: 5 },
  problems: () => problems,
  verify: ({ answer }) => {
    if (answer === 'broken') throw new Error('the verifier broke');
    return {
      status: answer === 'unread' ? 'unparsed' : 'correct',
      score: answer === 'unread' ? 0 : 1,
      extracted: null,
    };
  },
  goldText: ({ answer }) => answer,
};

describe('validate', () => {
  it('names every problem whose gold answer is refused, and why', async () => {
    const { checked, refused } = await validate(suite, { split: 'train', seed: 0 }, 10);
    expect(checked).toBe(4);
    expect(refused.map(({ problem, reason }) => [problem.answer, reason])).toEqual([
      ['broken', 'the verifier broke'],
      ['unread', 'unparsed'],
    ]);
  });

  it('looks at no more problems than asked', async () => {
    expect(await validate(suite, { split: 'train', seed: 0 }, 2)).toEqual({ checked: 2, refused: [] });
  });
});
