import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { solutionSet } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { Rational } from '../rational.js';
import { polynomial } from './polynomial.js';

/** Coefficients of x², x and 1 of left side minus right side. */
export type EquationData = readonly [number, number, number];

const options = z.strictObject({
  largest: z
    .int()
    .min(3)
    .max(1000)
    .default(12)
    .describe('Largest size of a root, or of its numerator and denominator.'),
});

export const equations = defineSuite({
  name: 'equations',
  title: 'Equations',
  domain: 'mathematics',
  description: 'Linear and quadratic equations with rational solutions (mathematics).',
  levelMeaning:
    'a kind: 1 one unknown, 2 it is on both sides, 3 also in brackets, 4 a quadratic with whole roots, 5 one with fractions',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 800, answerTokens: 48 },
  options,
  form: () => solutionSet,
  write: (level, random, { largest }) => {
    const draft = level <= 3 ? writeLinear(level, largest, random) : writeQuadratic(level, largest, random);
    const isSimple = rootsOf(draft.data)?.every((root) => isWithin(root, BigInt(largest)));
    return isSimple ? draft : null;
  },
});

const asks = [
  (equation: string, unknown: string) => `Solve for ${unknown}: ${equation}`,
  (equation: string, unknown: string) => `Find every number ${unknown} for which ${equation}.`,
  (equation: string, unknown: string) => `For which values of ${unknown} does ${equation} hold?`,
  (equation: string, unknown: string) => `What is ${unknown}, if ${equation}? Give all possibilities.`,
];

function writeLinear(level: number, largest: number, random: Random): Draft<EquationData> {
  const unknown = random.pick(['x', 'y', 'n', 't', 'k']);
  const root = random.integer(-largest, largest);
  const slope = signed(random, 2, 9);
  if (level === 1) {
    const shift = signed(random, 1, 30);
    const value = slope * root + shift;
    const equation = `${polynomial([0, slope, shift], unknown)} = ${value}`;
    const question =
      random.next() < 0.4 && slope > 0 ? riddle(slope, shift, value, random) : ask(equation, unknown, random);
    return draft(question, [0, slope, shift - value]);
  }
  const other = signed(random, 1, 9);
  const [shift, otherShift] = [signed(random, 1, 30), signed(random, 1, 30)];
  if (level === 2) {
    const equation = `${polynomial([0, slope, shift], unknown)} = ${polynomial([0, other, otherShift], unknown)}`;
    return draft(ask(equation, unknown, random), [0, slope - other, shift - otherShift]);
  }
  const [inner, otherInner] = [signed(random, 1, 9), signed(random, 1, 9)];
  const left = `${slope}(${polynomial([0, inner, shift], unknown)})`;
  const right = `${other}(${polynomial([0, otherInner, otherShift], unknown)})`;
  const rest = signed(random, 1, 20);
  const equation = `${left} = ${right} ${rest < 0 ? '-' : '+'} ${Math.abs(rest)}`;
  return draft(ask(equation, unknown, random), [
    0,
    slope * inner - other * otherInner,
    slope * shift - other * otherShift - rest,
  ]);
}

function riddle(slope: number, shift: number, value: number, random: Random): string {
  const change = shift < 0 ? `take away ${-shift}` : `add ${shift}`;
  return random.pick([
    `I think of a number. When I multiply it by ${slope} and ${change}, I get ${value}. What is my number?`,
    `Take a number, multiply it by ${slope}, then ${change}: the result is ${value}. Which number was taken?`,
  ]);
}

function writeQuadratic(level: number, largest: number, random: Random): Draft<EquationData> {
  const unknown = random.pick(['x', 'y', 'z', 't']);
  const [first, second] = [random.integer(-largest, largest), random.integer(-largest, largest)];
  if (level === 4) {
    const equation: EquationData = [1, -(first + second), first * second];
    return draft(ask(`${polynomial(equation, unknown)} = 0`, unknown, random), equation);
  }
  // (p x - first)(q x - second), part of it moved to the other side.
  const [p, q] = [random.integer(2, 5), random.integer(1, 4)];
  const [a, b, c] = [p * q, -(p * second + q * first), first * second];
  const [movedB, movedC] = [random.integer(-9, 9), random.integer(-20, 20)];
  const left = polynomial([a, b + movedB, c + movedC], unknown);
  const equation = `${left} = ${polynomial([0, movedB, movedC], unknown)}`;
  return draft(ask(equation, unknown, random), [a, b, c]);
}

function ask(equation: string, unknown: string, random: Random): string {
  return random.pick(asks)(equation, unknown);
}

function draft(question: string, data: EquationData): Draft<EquationData> {
  return { question, answer: (rootsOf(data) ?? []).map(String).join(', '), data };
}

function isWithin({ numerator, denominator }: Rational, largest: bigint): boolean {
  return numerator <= largest && numerator >= -largest && denominator <= largest;
}

/** All real roots, smaller first, where they are rational and there is at least one; else `null`. */
export function rootsOf([a, b, c]: EquationData): Rational[] | null {
  if (a === 0) return b === 0 ? null : [Rational.of(-c, b)];
  const discriminant = b * b - 4 * a * c;
  const root = Math.round(Math.sqrt(discriminant));
  if (discriminant < 0 || root * root !== discriminant) return null;
  const roots = [Rational.of(-b - root, 2 * a), Rational.of(-b + root, 2 * a)];
  return root === 0 ? roots.slice(1) : roots.sort((left, right) => left.compare(right));
}

function signed(random: Random, low: number, high: number): number {
  return random.integer(low, high) * random.pick([1, -1]);
}
