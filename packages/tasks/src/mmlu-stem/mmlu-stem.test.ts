import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, suiteOf, verdictOn } from '../testing/dataset-flaws.js';
import { mmluStem } from './mmlu-stem.js';

const rows = ['astronomy', 'college_physics', 'machine_learning'].map((type, index) => ({
  question: `What is known in ${type}?`,
  type,
  choices: ['Nothing', 'Something', '42', 'All of it'],
  answer: index + 1,
}));

describe('mmlu-stem', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(mmluStem, rows)).toEqual([]);
  });

  it('shows the options, and leaves other subjects out, whatever their field is called', () => {
    expect(problemOf(mmluStem, rows[0]).question).toBe(
      'What is known in astronomy?\nA. Nothing\nB. Something\nC. 42\nD. All of it',
    );
    const other = { ...rows[0], type: undefined, subject: 'philosophy' };
    expect(suiteOf(mmluStem, [...rows, other]).count({ split: 'test' })).toBe(3);
  });

  it.each([
    ['answer: B', 'correct'],
    ['**Answer: (B) Something**', 'correct'],
    ['answer: Something', 'correct'],
    ['answer: A', 'wrong'],
    ['answer: A, B', 'wrong'],
    ['answer: A or B', 'unparsed'],
    ['B', 'unparsed'],
  ])('judges %j: %s', async (text, status) => {
    expect((await verdictOn(mmluStem, rows[0], text)).status).toBe(status);
  });

  it('names a bad row', () => {
    expect(() => problemOf(mmluStem, { ...rows[0], answer: 4 })).toThrow(/line 1: answer/);
    expect(() => problemOf(mmluStem, { ...rows[0], type: undefined })).toThrow(/line 1: type: the subject is missing/);
  });
});
