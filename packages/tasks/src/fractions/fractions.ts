import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { lowestTerms } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { Rational } from '../rational.js';
import { people, sentence } from '../wording.js';

/** A calculation in postfix order: operands as `3/4`, and the signs `+`, `-`, `×`, `÷`. */
export type FractionData = readonly string[];

const options = z.strictObject({
  largestDenominator: z.int().min(3).max(100).default(12).describe('Largest denominator in the question.'),
});

/** Numerators and denominators beyond this ask for stamina rather than for insight. */
const largestResult = 5000n;

export const fractions = defineSuite({
  name: 'fractions',
  title: 'Fractions',
  domain: 'mathematics',
  description: 'Calculations and stories with fractions, the answer in lowest terms (mathematics).',
  levelMeaning: 'the number of operations',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 900, answerTokens: 32 },
  options,
  form: () => lowestTerms,
  write: (level, random, { largestDenominator }) =>
    random.next() < 0.5 ? writeTerm(level, largestDenominator, random) : writeStory(level, largestDenominator, random),
});

interface Term {
  readonly text: string;
  readonly value: Rational;
  readonly postfix: readonly string[];
}

function writeTerm(level: number, largestDenominator: number, random: Random): Draft<FractionData> | null {
  const term = drawTerm(level, largestDenominator, random);
  if (term === null) return null;
  const question = random.pick([
    `Calculate ${term.text}.`,
    `What is ${term.text}?`,
    `Simplify ${term.text} as far as possible.`,
    `Write ${term.text} as one fraction.`,
  ]);
  return draft(question, term.value, term.postfix);
}

function drawTerm(operations: number, largestDenominator: number, random: Random): Term | null {
  if (operations === 0) {
    const value = drawFraction(largestDenominator, random);
    return { text: String(value), value, postfix: [String(value)] };
  }
  const onTheLeft = random.integer(0, operations - 1);
  const left = drawTerm(onTheLeft, largestDenominator, random);
  const right = drawTerm(operations - 1 - onTheLeft, largestDenominator, random);
  const sign = random.pick(['+', '-', '×', '÷']);
  const value = left && right && apply(sign, left.value, right.value);
  if (!left || !right || !value) return null;
  const text = `${operand(left.text, sign)} ${sign} ${operand(right.text, sign)}`;
  return { text, value, postfix: [...left.postfix, ...right.postfix, sign] };
}

/** Without brackets, 1/2 ÷ 2/3 would be read in two ways. */
function operand(text: string, sign: string): string {
  return /[×÷]/.test(sign) || text.includes(' ') ? `(${text})` : text;
}

function writeStory(level: number, largestDenominator: number, random: Random): Draft<FractionData> | null {
  const name = random.pick(people);
  const thing = random.pick(['a tank', 'a barrel', 'a pool', 'a bucket']);
  const half = Rational.of(1, 2);
  let value = drawFraction(largestDenominator, random);
  if (value.compare(Rational.of(1)) >= 0) return null;
  const postfix = [String(value)];
  const sentences = [`${sentence(thing)} is ${value} full of water.`];
  for (let count = 0; count < level; count += 1) {
    const part = drawFraction(largestDenominator, random);
    if (part.compare(Rational.of(1)) >= 0) return null;
    const kind = random.integer(0, 2);
    const [sign, operand, text] =
      kind === 0
        ? ['+', part, `${name} pours in as much water as fills ${part} of it.`]
        : kind === 1
          ? ['-', part, `${name} takes out as much water as fills ${part} of it.`]
          : [
              '×',
              Rational.of(1).minus(part),
              `Then ${part.compare(half) === 0 ? 'half' : part} of the water in it is used up.`,
            ];
    value = apply(String(sign), value, operand as Rational) ?? Rational.of(-1);
    if (value.compare(Rational.of(0)) <= 0 || value.compare(Rational.of(1)) > 0) return null;
    postfix.push(String(operand), String(sign));
    sentences.push(String(text));
  }
  sentences.push(random.pick(['How full is it now?', 'What part of it is filled in the end?']));
  return draft(sentences.join(' '), value, postfix);
}

function drawFraction(largestDenominator: number, random: Random): Rational {
  const denominator = random.integer(2, largestDenominator);
  const value = Rational.of(random.integer(1, Math.min(2 * denominator, largestDenominator)), denominator);
  return value.isInteger ? drawFraction(largestDenominator, random) : value;
}

function apply(sign: string, left: Rational, right: Rational): Rational | null {
  if (sign === '+') return left.plus(right);
  if (sign === '-') return left.minus(right);
  if (sign === '×') return left.times(right);
  return right.numerator === 0n ? null : left.over(right);
}

function draft(question: string, value: Rational, data: FractionData): Draft<FractionData> | null {
  const { numerator, denominator } = value;
  if (numerator > largestResult || numerator < -largestResult || denominator > largestResult) return null;
  return { question, answer: String(value), data };
}
