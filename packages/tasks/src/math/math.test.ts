import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, verdictOn } from '../testing/dataset-flaws.js';
import { math } from './math.js';

const rows = [
  { problem: 'Solve $x^2=4$ for $x>0$.', level: 'Level 1', type: 'Algebra', solution: 'We get $x=\\boxed{2}$.' },
  {
    problem: 'What is $1/2+1/3$?',
    level: 2,
    subject: 'Prealgebra',
    solution: '$\\boxed{\\frac{5}{6}}$',
    answer: '\\frac{5}{6}',
  },
  {
    problem: 'Name the interval of all $x$ with $0\\le x<1$.',
    level: 'Level ?',
    type: 'Algebra',
    solution: '$\\boxed{[0,1)}$',
  },
];

describe('math', () => {
  it('conforms to the port', async () => {
    const ofEverySplit = rows.flatMap((row) =>
      ['A', 'B', 'C'].map((name) => ({ ...row, problem: `${name}. ${row.problem}` })),
    );
    expect(await datasetFlaws(math, ofEverySplit)).toEqual([]);
  });

  it('reads the formats of MATH and MATH-500', () => {
    expect(rows.map((row) => [problemOf(math, row).answer, problemOf(math, row).level])).toEqual([
      ['2', 1],
      ['\\frac{5}{6}', 2],
      ['[0,1)', 5],
    ]);
    expect(() => problemOf(math, { ...rows[0], solution: 'No box.' })).toThrow(
      /solution: it has no \\boxed\{\} answer/,
    );
  });

  it.each([
    ['\\boxed{\\dfrac{10}{12}}', 'correct'],
    ['\\boxed{5/6}', 'correct'],
    ['\\boxed{0.83}', 'wrong'],
  ])('judges %j: %s', async (text, status) => {
    expect((await verdictOn(math, rows[1], text)).status).toBe(status);
  });
});
