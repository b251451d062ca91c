import type { AnswerForm } from './answer-form.js';
import { parseRational, Rational } from './rational.js';

const one = Rational.of(1);

/** Neighbours of a number and its slips of sign and place, each shown by `show`. */
function numericMisses(answer: string, show: (value: Rational) => string): string[] {
  const value = parseRational(answer);
  if (value === null) return [];
  const ten = Rational.of(10);
  const zero = Rational.of(0);
  const others = [value.plus(one), value.minus(one), zero.minus(value), value.times(ten)];
  return others.filter((other) => other.compare(value) !== 0).map(show);
}

/** `12`, `-3`, `1,204`. */
export const wholeNumber: AnswerForm = {
  wanted: 'a whole number',
  example: '12',
  read: (written) => {
    const value = parseRational(written);
    return value?.isInteger ? value.toString() : null;
  },
  nearMisses: (answer) => numericMisses(answer, String),
};

/** `3/4`, `-5/2`, `2`: equal fractions that are not in lowest terms are other answers. */
export const lowestTerms: AnswerForm = {
  wanted: 'a fraction in lowest terms, or a whole number',
  example: '3/4',
  read: (written) => {
    const value = parseRational(written);
    const parts = /^([+-]?\d{1,20})(?:\s*\/\s*(\d{1,20}))?$/.exec(written.trim().replace('\u2212', '-'));
    if (value === null || parts === null) return null;
    return parts[2] === undefined ? value.toString() : `${BigInt(parts[1]!)}/${BigInt(parts[2])}`;
  },
  nearMisses: (answer) => [...numericMisses(answer, String), doubled(answer)],
};

function doubled(answer: string): string {
  const { numerator, denominator } = parseRational(answer) ?? one;
  return `${2n * numerator}/${2n * denominator}`;
}

/** Numbers in any order, exact; `x = ` before them is ignored. */
export const solutionSet: AnswerForm = {
  wanted: 'every solution, as whole numbers or fractions with commas between them',
  example: '-2, 3/4',
  read: (written) => {
    const values = written
      .replace(/[{}]/g, '')
      .split(/,|;|\band\b|\bor\b/i)
      .map((part) => parseRational(part.replace(/^\s*[a-z](?:_?\d)?\s*=/i, '')));
    if (values.some((value) => value === null)) return null;
    const sorted = (values as Rational[]).sort((left, right) => left.compare(right));
    return [...new Set(sorted.map(String))].join(', ');
  },
  nearMisses: (answer) => {
    const [first = '0', ...rest] = answer.split(', ');
    const others = numericMisses(first, String).map((other) => [other, ...rest].join(', '));
    return [...others, ...(rest.length > 0 ? [first] : [`${answer}, 997`])];
  },
};

/** Numbers in their order. */
export const numberList: AnswerForm = {
  wanted: 'the numbers in order, with commas between them',
  example: '4, 0, 12',
  read: (written) => {
    const values = written.split(/[,;]|(?<=\d)\s+(?=[-\d])/).map(parseRational);
    return values.some((value) => value === null) ? null : values.map(String).join(', ');
  },
  nearMisses: (answer) => {
    const values = answer.split(', ');
    const [first = '0', ...rest] = values;
    return [
      ...numericMisses(first, String).map((other) => [other, ...rest].join(', ')),
      [...values].reverse().join(', '),
      values.slice(0, -1).join(', ') || '997',
      `${answer}, 0`,
    ];
  },
};

/** An amount of money to the cent; a currency sign is ignored. */
export const amount: AnswerForm = {
  wanted: 'the amount in dollars, rounded to the cent',
  example: '$1,204.50',
  read: (written) =>
    parseRational(written.replace(/^([-+]?)\s*\$\s*/, '$1').replace(/\s*(dollars|usd)$/i, ''))?.toString() ?? null,
  nearMisses: (answer) => [...numericMisses(answer.replace('$', ''), (value) => value.toFixed(2)), centOff(answer)],
};

function centOff(answer: string): string {
  return (parseRational(answer.replace('$', '')) ?? one).plus(Rational.of(1, 100)).toFixed(2);
}

/** A percentage to one decimal; the sign `%` may be left out. */
export const percentage: AnswerForm = {
  wanted: 'the percentage, rounded to one decimal',
  example: '12.5%',
  read: (written) => parseRational(written.replace(/\s*(%|percent)$/i, ''))?.toString() ?? null,
  nearMisses: (answer) => numericMisses(answer.replace('%', ''), (value) => `${value.toFixed(1)}%`),
};
