import { describe, expect, it } from 'vitest';
import { datasetFlaws, suiteOf, verdictOn } from '../testing/dataset-flaws.js';
import { tatQa } from './tat-qa.js';

const question = (text: string, answer: unknown, answer_type: string, scale = '') => ({
  uid: text,
  question: text,
  answer,
  answer_type,
  scale,
});
const context = (name: string, ...questions: unknown[]) => ({
  table: {
    uid: name,
    table: [
      ['', '2019', '2018'],
      ['Sales', '$1,234.5', '1,000.0'],
      ['Loss', '(20)', ''],
    ],
  },
  paragraphs: [
    { uid: 'b', order: 2, text: 'Amounts are in millions.' },
    { uid: 'a', order: 1, text: `Report of ${name}: hardware, software and services.` },
  ],
  questions,
});

const rows = [
  context('Acme', question('What were the sales in 2019?', ['$1,234.5'], 'span', 'million')),
  context(
    'Bolt',
    question('What is the change of sales in percent?', 23.45, 'arithmetic', 'percent'),
    question('How many years?', '2', 'count'),
  ),
  context('Cog', question('What are the businesses?', ['hardware', 'software', 'services'], 'multi-span')),
];

describe('tat-qa', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(tatQa, rows)).toEqual([]);
  });

  it('asks every question below its table and text', () => {
    const suite = suiteOf(tatQa, [rows[0]]);
    const [problem] = suite.problems({ split: 'test', seed: 1 });
    expect(problem?.question).toBe(
      ' | 2019 | 2018\nSales | $1,234.5 | 1,000.0\nLoss | (20) | \n\nReport of Acme: hardware, software and services.\n\n' +
        'Amounts are in millions.\n\nWhat were the sales in 2019?',
    );
    expect(suiteOf(tatQa, rows).count({ split: 'test' })).toBe(4);
  });

  it.each([
    [0, 'answer: $1,234.5 million', 'correct', 1],
    [0, 'answer: 1234.5', 'wrong', 0],
    [2, 'answer: services | hardware | software', 'correct', 1],
    [2, 'answer: hardware | software', 'wrong', 0.8],
    [2, 'hardware', 'unparsed', 0],
  ])('judges answer to row %i %j: %s', async (row, text, status, score) => {
    const verdict = await verdictOn(tatQa, rows[row], text);
    expect(verdict.status).toBe(status);
    expect(verdict.score).toBeCloseTo(score, 10);
  });

  it('names a bad row', () => {
    expect(() => suiteOf(tatQa, [context('Dot', question('?', [], 'span'))])).toThrow(/line 1: questions\.0\.answer/);
  });
});
