import type { Random } from '@rsim/core';
import { z } from 'zod';
import type { AnswerForm } from '../answer-form.js';
import { defineSuite } from '../define-suite.js';
import { amount, wholeNumber } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { Rational } from '../rational.js';
import { roundedExactly } from '../rounding.js';
import { dollars, people } from '../wording.js';
import { balanceAfter, type Plan } from './plan.js';

export interface InterestData {
  readonly ask: 'balance' | 'interest' | 'years';
  readonly plan: Plan;
  /** Years the plan runs, or the answer where the years are asked for. */
  readonly years: number;
  /** In dollars: what is to be reached, where the years are asked for. */
  readonly target?: number;
}

const options = z.strictObject({
  largestRate: z.int().min(2).max(20).default(9).describe('Largest yearly rate, in per cent.'),
  mostYears: z.int().min(2).max(12).default(4).describe('Most years where money lies at one rate; level 5 has more.'),
});

const forms: Readonly<Record<InterestData['ask'], AnswerForm>> = {
  balance: amount,
  interest: amount,
  years: wholeNumber,
};

export const compoundInterest = defineSuite<typeof options, InterestData>({
  name: 'compound-interest',
  title: 'Compound interest',
  domain: 'finance',
  description: 'Savings and loans with interest on interest (finance).',
  levelMeaning:
    'a kind: 1 yearly interest, 2 interest several times a year, 3 a yearly payment besides, 4 a rate that changes, ' +
    '5 the years until a target is reached',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 1100, answerTokens: 40 },
  options,
  form: ({ ask }) => forms[ask],
  write: (level, random, { largestRate, mostYears }) => {
    const plan = drawPlan(level, largestRate, random);
    if (level === 5) return writeTarget(plan, random);
    return writeBalance(plan, random.integer(2, mostYears), random);
  },
});

function drawPlan(level: number, largestRate: number, random: Random): Plan {
  const rate = () => random.integer(2, 2 * largestRate) / 2;
  const plan = { start: 100 * random.integer(5, 200), rates: [rate()], periods: 1, payment: 0 };
  if (level === 2) return { ...plan, periods: random.pick([2, 4, 12]) };
  if (level === 3) return { ...plan, payment: 10 * random.integer(5, 100) * random.pick([1, 1, -1]) };
  if (level === 4) return { ...plan, rates: [rate(), rate()] };
  return level === 5 ? { ...plan, payment: random.pick([0, 50 * random.integer(2, 20)]) } : plan;
}

function writeBalance(plan: Plan, years: number, random: Random): Draft<InterestData> | null {
  const end = balanceAfter(plan, years);
  const isPlain = plan.payment === 0;
  if (end.compare(Rational.of(0)) <= 0) return null;
  const ask = isPlain && random.next() < 0.4 ? 'interest' : 'balance';
  const answer = roundedExactly(ask === 'balance' ? end : end.minus(Rational.of(plan.start)), 2);
  if (answer === null) return null;
  const total = plan.rates.length * years;
  const question =
    ask === 'balance'
      ? random.pick([`What is the balance after ${total} years?`, `How much is in the account after ${total} years?`])
      : `How much interest is earned in these ${total} years altogether?`;
  return {
    question: `${tellPlan(plan, years, random)} ${question} Round only the final result.`,
    answer: `$${answer}`,
    data: { ask, plan, years },
  };
}

/** Level 5: the target lies clearly between the balances of two years. */
function writeTarget(plan: Plan, random: Random): Draft<InterestData> | null {
  const years = random.integer(3, 12);
  const [before, after] = [balanceAfter(plan, years - 1), balanceAfter(plan, years)];
  const target = 100 * Math.round(Number(before.plus(after).over(Rational.of(200)).toFixed(0)));
  const margin = Rational.of(1);
  if (Rational.of(target).minus(before).compare(margin) < 0) return null;
  if (after.minus(Rational.of(target)).compare(margin) < 0) return null;
  const question = `${tellPlan(plan, years, random)} After how many full years is the balance at least ${dollars(100 * target)} for the first time?`;
  return { question, answer: String(years), data: { ask: 'years', plan, years, target } };
}

function tellPlan({ start, rates, periods, payment }: Plan, years: number, random: Random): string {
  const name = random.pick(people);
  const often = { 1: 'once a year', 2: 'twice a year', 4: 'every quarter', 12: 'every month' }[periods];
  const [first, second] = rates;
  const sentences = [
    random.pick([
      `${name} puts ${dollars(100 * start)} into a savings account that pays ${first}% a year.`,
      `${name} invests ${dollars(100 * start)} at a yearly rate of ${first}%.`,
      `An account is opened with ${dollars(100 * start)}; it earns ${first}% per year.`,
    ]),
    random.pick([`Interest is added ${often} and earns interest itself.`, `Interest is compounded ${often}.`]),
  ];
  if (second !== undefined) {
    sentences.push(
      `After ${years} years the rate changes to ${second}%, and the money stays for another ${years} years.`,
    );
  }
  if (payment > 0)
    sentences.push(`At the end of every year, after the interest, ${dollars(100 * payment)} is paid in.`);
  if (payment < 0)
    sentences.push(`At the end of every year, after the interest, ${dollars(-100 * payment)} is taken out.`);
  return sentences.join(' ');
}
