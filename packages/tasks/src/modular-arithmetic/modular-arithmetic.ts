import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { wholeNumber } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { greatestCommonDivisor } from '../rational.js';
import { listed } from '../wording.js';

/** Congruences whose smallest common solution (not negative) is the answer: `factor · x` leaves `remainder`. */
export interface ModularData {
  readonly congruences: readonly { readonly factor: number; readonly remainder: number; readonly modulus: number }[];
}

const options = z.strictObject({
  largestModulus: z.int().min(7).max(200).default(17).describe('Largest number that is divided by.'),
});

export const modularArithmetic = defineSuite({
  name: 'modular-arithmetic',
  title: 'Modular arithmetic',
  domain: 'mathematics',
  description: 'Remainders, powers and congruences with one smallest solution (mathematics).',
  levelMeaning:
    'a kind: 1 the remainder of a term, 2 of a power, 3 a linear congruence, 4 two simultaneous congruences, 5 three',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 900, answerTokens: 32 },
  options,
  form: () => wholeNumber,
  write: (level, random, { largestModulus }) => {
    if (level === 1) return writeTerm(largestModulus, random);
    if (level === 2) return writePower(largestModulus, random);
    return level === 3 ? writeCongruence(largestModulus, random) : writeSystem(level - 2, largestModulus, random);
  },
});

function writeTerm(largestModulus: number, random: Random): Draft<ModularData> {
  const modulus = random.integer(3, largestModulus);
  const [left, right, rest] = [random.integer(11, 99), random.integer(11, 99), random.integer(2, 99)];
  const term = `${left} × ${right} + ${rest}`;
  const value = left * right + rest;
  const question = random.pick([
    `What is the remainder when ${term} is divided by ${modulus}?`,
    `Work out (${term}) mod ${modulus}.`,
    `${left} crates of ${right} bottles and ${rest} loose bottles are repacked in cases of ${modulus}. How many bottles are left over?`,
    `A reel of ${value} tickets is cut into strips of ${modulus}. How many tickets does the last, incomplete strip have (0 if none is left)?`,
  ]);
  return leaves(question, value % modulus, modulus);
}

function writePower(largestModulus: number, random: Random): Draft<ModularData> {
  const modulus = random.integer(5, largestModulus);
  const [base, exponent] = [random.integer(2, 30), random.integer(5, 60)];
  let value = 1;
  for (let times = 0; times < exponent; times += 1) value = (value * base) % modulus;
  const question = random.pick([
    `What remainder does ${base}^${exponent} leave when it is divided by ${modulus}?`,
    `Compute ${base}^${exponent} mod ${modulus}.`,
    `Find the remainder of ${base} to the power ${exponent} on division by ${modulus}.`,
  ]);
  return leaves(question, value, modulus);
}

/** A remainder is the smallest number that is congruent to itself. */
function leaves(question: string, remainder: number, modulus: number): Draft<ModularData> {
  return { question, answer: String(remainder), data: { congruences: [{ factor: 1, remainder, modulus }] } };
}

function writeCongruence(largestModulus: number, random: Random): Draft<ModularData> | null {
  const modulus = random.integer(6, largestModulus);
  const [factor, remainder] = [random.integer(2, modulus - 1), random.integer(0, modulus - 1)];
  if (greatestCommonDivisor(BigInt(factor), BigInt(modulus)) !== 1n) return null;
  const times = random.integer(0, 3) * modulus;
  const question = random.pick([
    `Find the smallest whole number x ≥ 0 with ${factor}x ≡ ${remainder + times} (mod ${modulus}).`,
    `What is the least non-negative integer x for which ${factor}x leaves the remainder ${remainder} when divided by ${modulus}?`,
    `A wheel has ${modulus} marks, numbered from 0. Each push turns it by ${factor} marks. It stands at 0: after how many pushes, at the fewest, does it stand at mark ${remainder}?`,
  ]);
  return smallest(question, [{ factor, remainder, modulus }]);
}

function writeSystem(count: number, largestModulus: number, random: Random): Draft<ModularData> | null {
  const moduli = random.sample(
    Array.from({ length: largestModulus - 2 }, (_, index) => index + 3),
    count,
  );
  const isCoprime = moduli.every((modulus, index) =>
    moduli.slice(index + 1).every((other) => greatestCommonDivisor(BigInt(modulus), BigInt(other)) === 1n),
  );
  if (!isCoprime) return null;
  const congruences = moduli.map((modulus) => ({ factor: 1, remainder: random.integer(0, modulus - 1), modulus }));
  const remainders = congruences.map(({ remainder, modulus }) => `${remainder} when divided by ${modulus}`);
  const rows = congruences.map(({ remainder, modulus }) => `in rows of ${modulus}, ${remainder} are left`);
  const formulas = congruences.map(({ remainder, modulus }) => `x ≡ ${remainder} (mod ${modulus})`);
  const question = random.pick([
    `What is the smallest whole number x ≥ 0 that leaves the remainder ${listed(remainders)}?`,
    `A drummer lines up the smallest possible band: ${listed(rows)}. How many musicians are there?`,
    `Find the least non-negative solution of ${listed(formulas)}.`,
  ]);
  return smallest(question, congruences);
}

/** Not where 0 is the answer, which takes no work. */
function smallest(question: string, congruences: ModularData['congruences']): Draft<ModularData> | null {
  const solution = smallestSolution({ congruences });
  return solution === 0 ? null : { question, answer: String(solution), data: { congruences } };
}

/** Tried one by one below the product of the moduli, within which coprime congruences have exactly one solution. */
export function smallestSolution({ congruences }: ModularData): number {
  let [value, stride] = [0, 1];
  for (const { factor, remainder, modulus } of congruences) {
    while ((factor * value) % modulus !== remainder) value += stride;
    stride *= modulus;
  }
  return value;
}
