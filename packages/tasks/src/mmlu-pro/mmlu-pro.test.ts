import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, verdictOn } from '../testing/dataset-flaws.js';
import { mmluPro } from './mmlu-pro.js';

const rows = [10, 4, 3].map((count, index) => ({
  question_id: index,
  question: `Which of the ${count}?`,
  options: [...Array.from({ length: count }, (_, option) => `number ${option + 1}`), ...(count === 3 ? ['N/A'] : [])],
  answer: count === 10 ? 'J' : 'C',
  answer_index: count === 10 ? 9 : 2,
  category: 'physics',
}));

describe('mmlu-pro', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(mmluPro, rows)).toEqual([]);
  });

  it('shows ten options, and no fillers', () => {
    expect(problemOf(mmluPro, rows[0]).question).toMatch(/\nJ\. number 10$/);
    expect(problemOf(mmluPro, rows[2]).question).toMatch(/\nC\. number 3$/);
  });

  it.each([
    ['answer: J', 'correct'],
    ['answer: (J) number 10', 'correct'],
    ['answer: I', 'wrong'],
    ['answer: K', 'wrong'],
  ])('judges %j: %s', async (text, status) => {
    expect((await verdictOn(mmluPro, rows[0], text)).status).toBe(status);
  });

  it('names a row whose letter and index differ, or whose option is missing', () => {
    expect(() => problemOf(mmluPro, { ...rows[0], answer_index: 3 })).toThrow(/line 1: answer: J is not option 4/);
    expect(() => problemOf(mmluPro, { ...rows[2], answer: 'D', answer_index: 3 })).toThrow(/there is no option 4/);
  });
});
