import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, verdictOn } from '../testing/dataset-flaws.js';
import { svamp } from './svamp.js';

const rows = [
  {
    Body: 'There are 12 pears in 3 bags',
    Question: 'How many are in each bag?',
    Answer: 4.0,
    Type: 'Common-Division',
    ID: 'x-1',
  },
  {
    Body: 'Kim had 5 pens.',
    Question: 'How many are left after she lost 2?',
    Answer: '3.0',
    Type: 'Subtraction',
    ID: 'x-2',
  },
  { Body: 'Half of 5 kilos were sold.', Question: 'How many kilos?', Answer: 2.5, Type: 'Multiplication', ID: 'x-3' },
];

describe('svamp', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(svamp, rows)).toEqual([]);
  });

  it('joins body and question, and reads numbers as numbers', () => {
    expect(problemOf(svamp, rows[0])).toMatchObject({
      question: 'There are 12 pears in 3 bags. How many are in each bag?',
      answer: '4',
    });
    expect(rows.map((row) => problemOf(svamp, row).answer)).toEqual(['4', '3', '2.5']);
    expect(() => problemOf(svamp, { ...rows[0], Answer: 'four' })).toThrow(/line 1: Answer/);
  });

  it.each([
    ['\\boxed{4.0}', 'correct'],
    ['\\boxed{4 pears}', 'correct'],
    ['\\boxed{5}', 'wrong'],
  ])('judges %j: %s', async (text, status) => {
    expect((await verdictOn(svamp, rows[0], text)).status).toBe(status);
  });
});
