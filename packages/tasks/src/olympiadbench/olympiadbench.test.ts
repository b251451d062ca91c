import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, verdictOn } from '../testing/dataset-flaws.js';
import { olympiadbench } from './olympiadbench.js';

const plain = { context: null, is_multiple_answer: false, unit: null, error: null };
const rows = [
  { ...plain, question: 'How many moves are needed?', final_answer: ['2'], answer_type: 'Numerical' },
  {
    ...plain,
    question: 'Find all $n$.',
    final_answer: ['$1$,$3$'],
    is_multiple_answer: true,
    answer_type: 'Numerical',
  },
  {
    ...plain,
    question: 'What share is it?',
    final_answer: ['31.4'],
    unit: '%',
    error: '1e-1',
    answer_type: 'Numerical',
  },
];

describe('olympiadbench', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(olympiadbench, rows)).toEqual([]);
  });

  it('says how several answers and units are to be given', () => {
    expect(problemOf(olympiadbench, rows[1]).question).toContain('Separate several answers by commas.');
    expect(problemOf(olympiadbench, rows[2]).question).toContain('Give the answer in %.');
  });

  it.each([
    [1, '\\boxed{3, 1}', 'correct'],
    [1, '\\boxed{1}', 'wrong'],
    [1, '\\boxed{1,3,5}', 'wrong'],
    [2, '\\boxed{31.45}', 'correct'],
    [2, '\\boxed{31.6}', 'wrong'],
    [0, '\\boxed{2.05}', 'wrong'],
  ])('judges answer to row %i %j: %s', async (row, text, status) => {
    expect((await verdictOn(olympiadbench, rows[row], text)).status).toBe(status);
  });
});
