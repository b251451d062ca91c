import type { Expression } from './expression.js';
import {
  add,
  bitLength,
  equal,
  greatestCommonDivisor,
  invert,
  isInteger,
  mostBits,
  multiply,
  power,
  rational,
  type Rational,
} from './rational.js';

/** Largest argument of a factorial or binomial that is computed exactly. */
const mostFactors = 500n;

/**
 * The exact value of a formula of rational numbers, or `null` where it has none, is irrational, or is too large: then numbers
 * decide.
 */
export function exactValue(expression: Expression): Rational | null {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'symbol') return null;
  const rule = rules[expression.head];
  if (rule === undefined) return null;
  const values: Rational[] = [];
  for (const operand of expression.operands) {
    const value = exactValue(operand);
    if (value === null) return null;
    values.push(value);
  }
  const result = rule(values);
  return result === null || bitLength(result.numerator) > 2 * mostBits ? null : result;
}

type Rule = (values: readonly Rational[]) => Rational | null;

const integers =
  (rule: (values: readonly bigint[]) => bigint | null): Rule =>
  (values) => {
    if (values.length === 0 || !values.every(isInteger)) return null;
    const result = rule(values.map(({ numerator }) => numerator));
    return result === null ? null : rational(result);
  };

const rules: Readonly<Record<string, Rule>> = {
  Add: (values) => values.reduce(add, rational(0n)),
  Multiply: (values) => values.reduce(multiply, rational(1n)),
  Divide: ([top, bottom]) => quotient(top, bottom),
  Colon: ([top, bottom, ...more]) => (more.length > 0 ? null : quotient(top, bottom)),
  Power: ([base, exponent]) => rationalPower(base, exponent),
  Sqrt: ([value]) => rationalPower(value, rational(1n, 2n)),
  Root: ([value, degree]) => (degree === undefined ? null : rationalPower(value, invert(degree) ?? undefined)),
  Abs: ([value]) =>
    value === undefined ? null : { ...value, numerator: value.numerator < 0n ? -value.numerator : value.numerator },
  Floor: ([value]) => (value === undefined ? null : rational(floor(value))),
  Ceil: ([value]) => (value === undefined ? null : rational(-floor({ ...value, numerator: -value.numerator }))),
  Mod: integers(([value = 0n, modulus = 0n]) => (modulus === 0n ? null : ((value % modulus) + modulus) % modulus)),
  GCD: integers((values) => values.reduce(greatestCommonDivisor)),
  LCM: integers((values) => values.reduce((one, other) => (one * other) / greatestCommonDivisor(one, other))),
  Factorial: integers(([value = 0n]) => (value < 0n || value > mostFactors ? null : product(1n, value))),
  Binomial: integers(([n = 0n, k = 0n]) => choose(n, k)),
  Choose: integers(([n = 0n, k = 0n]) => choose(n, k)),
  Max: (values) => values.reduce((one, other) => (isLess(one, other) ? other : one)),
  Min: (values) => values.reduce((one, other) => (isLess(other, one) ? other : one)),
};

export function isLess(one: Rational, other: Rational): boolean {
  return one.numerator * other.denominator < other.numerator * one.denominator;
}

function quotient(top: Rational | undefined, bottom: Rational | undefined): Rational | null {
  const inverse = bottom === undefined ? null : invert(bottom);
  return top === undefined || inverse === null ? null : multiply(top, inverse);
}

/** `null` unless the power is rational: 8^(2/3) is 4, 2^(1/2) is not. */
function rationalPower(base: Rational | undefined, exponent: Rational | undefined): Rational | null {
  if (base === undefined || exponent === undefined) return null;
  if (isInteger(exponent)) return power(base, exponent.numerator);
  if (base.numerator < 0n || exponent.denominator > 64n) return null;
  const top = integerRoot(base.numerator, exponent.denominator);
  const bottom = integerRoot(base.denominator, exponent.denominator);
  return top === null || bottom === null ? null : power(rational(top, bottom), exponent.numerator);
}

/** The whole root, or `null` when there is none. By bisection. */
function integerRoot(value: bigint, degree: bigint): bigint | null {
  if (bitLength(value) > mostBits) return null;
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(bitLength(value) / Number(degree)) + 1);
  while (low < high) {
    const middle = (low + high) >> 1n;
    if (middle ** degree < value) low = middle + 1n;
    else high = middle;
  }
  return equal(rational(low ** degree), rational(value)) ? low : null;
}

function floor({ numerator, denominator }: Rational): bigint {
  const whole = numerator / denominator;
  return numerator < 0n && numerator % denominator !== 0n ? whole - 1n : whole;
}

function product(from: bigint, to: bigint): bigint {
  let result = 1n;
  for (let factor = from; factor <= to; factor += 1n) result *= factor;
  return result;
}

function choose(n: bigint, k: bigint): bigint | null {
  if (n < 0n || k < 0n || n > mostFactors) return null;
  return k > n ? 0n : product(n - k + 1n, n) / product(1n, k);
}
