import type { Random } from '@rsim/core';
import { Rational } from '../rational.js';
import { grossProfit, netProfit, operatingProfit, type Year } from './year.js';

export interface StatementQuestion {
  readonly name: string;
  /** Whether the answer is a percentage; else it is in thousands of dollars. */
  readonly isShare: boolean;
  text(year: number, before: number, random: Random): string;
  value(year: Year, before: Year): Rational;
}

type Figure = (year: Year) => number;

const inThousands = 'in thousands of dollars';
const gross = 'gross profit (revenue less cost of sales)';
const operating =
  'operating profit (gross profit less wages and rent, where gross profit is revenue less cost of sales)';
const net = 'net profit (what is left of revenue after all costs, interest and taxes)';

function amountQuestion(name: string, described: string, figure: Figure): StatementQuestion {
  return {
    name,
    isShare: false,
    text: (year, _, random) =>
      random.pick([
        `What was the ${described} in ${year}, ${inThousands}?`,
        `How large was the ${year} ${described}, ${inThousands}?`,
      ]),
    value: (year) => Rational.of(figure(year)),
  };
}

function marginQuestion(name: string, described: string, figure: Figure): StatementQuestion {
  return {
    name,
    isShare: true,
    text: (year, _, random) =>
      random.pick([
        `What percentage of the revenue of ${year} was the ${described}?`,
        `Express the ${described} of ${year} as a percentage of that year's revenue.`,
      ]),
    value: (year) => Rational.of(100 * figure(year), year.revenue),
  };
}

function growthQuestion(name: string, described: string, figure: Figure): StatementQuestion {
  return {
    name,
    isShare: true,
    text: (year, before, random) =>
      random.pick([
        `By how many percent did the ${described} change from ${before} to ${year}? Give a fall as a negative number.`,
        `What was the percentage change of the ${described} between ${before} and ${year} (negative for a fall)?`,
      ]),
    value: (year, before) => Rational.of(100 * (figure(year) - figure(before)), figure(before)),
  };
}

/** By level, from 1. */
export const questionsByLevel: readonly (readonly StatementQuestion[])[] = [
  [amountQuestion('gross profit', gross, grossProfit)],
  [amountQuestion('operating profit', operating, operatingProfit)],
  [amountQuestion('net profit', net, netProfit)],
  [marginQuestion('operating margin', operating, operatingProfit), marginQuestion('net margin', net, netProfit)],
  [
    growthQuestion('growth of operating profit', operating, operatingProfit),
    growthQuestion('growth of net profit', net, netProfit),
  ],
];
