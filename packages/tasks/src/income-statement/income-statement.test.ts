import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { incomeStatement } from './income-statement.js';

describeSuite(incomeStatement.suite(), {
  keys: ['a19466627f1b0fdc', 'f764eb81b9f7d1ac', '14c9c62b6b3c280b', 'fa757e1139a7cee9', '8aff9b5ee858239a'],
  // From the lines of the table, line by line.
  check: ({ data: { question, years, asked, before, isShare }, answer }) => {
    const [now, then] = [years[asked]!, years[before]!];
    const figure = ({ revenue, costOfSales, wages, rent, interest, taxes }: typeof now) => {
      if (question.startsWith('gross')) return revenue - costOfSales;
      const operating = revenue - costOfSales - wages - rent;
      return question.includes('operating') ? operating : operating - interest - taxes;
    };
    const share = question.startsWith('growth') ? figure(now) / figure(then) - 1 : figure(now) / now.revenue;
    const expected = isShare ? 100 * share : figure(now);
    expect(Math.abs(Number(answer.replace('%', '')) - expected)).toBeLessThanOrEqual(isShare ? 0.05 : 0);
  },
});
