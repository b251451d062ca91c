import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, verdictOn } from '../testing/dataset-flaws.js';
import { aime } from './aime.js';

const rows = ['025', '204', 7].map((answer, index) => ({
  id: index,
  problem: `Find $${index} + n$.`,
  answer,
  url: 'none',
}));

describe('aime', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(aime, rows)).toEqual([]);
  });

  it.each([
    ['\\boxed{25}', 'correct'],
    ['\\boxed{025}', 'correct'],
    ['\\boxed{250}', 'wrong'],
    ['\\boxed{25.5}', 'wrong'],
  ])('judges %j: %s', async (text, status) => {
    expect((await verdictOn(aime, rows[0], text)).status).toBe(status);
  });

  it('refuses gold answers that cannot be', () => {
    expect(() => problemOf(aime, { problem: 'Find n.', answer: '1000' })).toThrow(/line 1: answer/);
  });
});
