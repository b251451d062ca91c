import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { percentage, wholeNumber } from '../number-forms.js';
import { roundedExactly } from '../rounding.js';
import { drawYears, given, type Year } from './year.js';
import { questionsByLevel } from './questions.js';
import { tellTable } from './tell-table.js';

export interface StatementData {
  /** Place of the question among those of its level. */
  readonly question: string;
  readonly years: readonly Year[];
  /** Places in `years` of the year asked about and the one it is compared with. */
  readonly asked: number;
  readonly before: number;
  readonly isShare: boolean;
}

const options = z.strictObject({
  years: z.int().min(2).max(5).default(3).describe('Years in the table.'),
});

export const incomeStatement = defineSuite<typeof options, StatementData>({
  name: 'income-statement',
  title: 'Income statements',
  domain: 'finance',
  description: 'Profits, margins and growth from the lines of an income statement (finance).',
  levelMeaning:
    'the number of calculations: 1 gross profit, 2 operating profit, 3 net profit, 4 a margin, 5 the growth of a profit',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 1000, answerTokens: 40 },
  options,
  form: ({ isShare }) => (isShare ? percentage : wholeNumber),
  write: (level, random, { years: count }) => {
    const years = drawYears(count, random);
    const { name, text, isShare, value } = random.pick(questionsByLevel[level - 1]!);
    const asked = random.integer(1, count - 1);
    const before = asked - 1;
    const answer = roundedExactly(value(years[asked]!, years[before]!), isShare ? 1 : 0);
    if (answer === null) return null;
    const table = tellTable(years.map(given), random);
    const question = `${table}\n\n${text(years[asked]!.year, years[before]!.year, random)}`;
    const data = { question: name, years, asked, before, isShare };
    return { question, answer: isShare ? `${answer}%` : answer, data };
  },
});
