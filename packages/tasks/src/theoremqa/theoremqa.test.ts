import { describe, expect, it } from 'vitest';
import { datasetFlaws, suiteOf, verdictOn } from '../testing/dataset-flaws.js';
import { theoremqa } from './theoremqa.js';

const row = (Answer: unknown, Answer_type: string, Picture: unknown = null) => ({
  Question: `Which ${Answer_type}?`,
  Answer,
  Answer_type,
  Picture,
});
const rows = [
  row(11760, 'integer'),
  row(0.333, 'float'),
  row(true, 'bool'),
  row('(c)', 'option'),
  row([2, -1], 'list of integer'),
  row([0.5, 1.25], 'list of float'),
];

describe('theoremqa', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(theoremqa, rows)).toEqual([]);
  });

  it('leaves out what needs its picture', () => {
    expect(suiteOf(theoremqa, [...rows, row(5, 'integer', 'images/net.png')]).count({ split: 'test' })).toBe(6);
  });

  it.each([
    [0, '\\boxed{11{,}760}', 'correct'],
    [0, '\\boxed{11761}', 'wrong'],
    [1, '\\boxed{1/3}', 'wrong'],
    [1, '\\boxed{0.33}', 'correct'],
    [1, '\\boxed{0.4}', 'wrong'],
    [2, '\\boxed{True}', 'correct'],
    [2, 'The answer is yes', 'correct'],
    [2, '\\boxed{False}', 'wrong'],
    [3, '\\boxed{c}', 'correct'],
    [3, '\\boxed{(\\text{c})}', 'wrong'],
    [3, '\\boxed{(b)}', 'wrong'],
    [4, '\\boxed{[-1, 2]}', 'correct'],
    [4, '\\boxed{2, -1}', 'wrong'],
    [4, '\\boxed{[2, -1, 0]}', 'wrong'],
    [5, '\\boxed{[0.51, 1.25]}', 'correct'],
    [5, '\\boxed{[0.6, 1.25]}', 'wrong'],
  ])('judges answer to row %i %j: %s', async (index, text, status) => {
    expect((await verdictOn(theoremqa, rows[index], text)).status).toBe(status);
  });
});
