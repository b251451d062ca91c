import {
  cosine,
  divide,
  exponential,
  logarithm,
  magnitude,
  plus,
  raise,
  sine,
  times,
  type Complex,
} from './complex.js';
import { opaque, signature, type Expression } from './expression.js';
import { toNumber } from './rational.js';

/** Values of the unknowns, by name. */
export type Point = ReadonlyMap<string, number>;

/** A value at a point, and how large the terms were that it was summed from: rounding errors are in proportion to those. */
export interface NumericValue {
  readonly value: Complex;
  readonly scale: number;
}

/**
 * The value of a formula at a point, in doubles.
 *
 * @param real whether only real numbers count: then a root or logarithm of a negative number has no value.
 * @returns `null` where it has no finite value.
 */
export function numericValue(expression: Expression, point: Point, real: boolean): NumericValue | null {
  let scale = 0;
  const note = (value: Complex): Complex => {
    const size = magnitude(value);
    if (size > scale) scale = size;
    return value;
  };
  const evaluate = (node: Expression): Complex => {
    if (node.kind === 'number') return [toNumber(node.value), 0];
    if (node.kind === 'symbol') return symbolValue(node.name, point);
    if (opaque(node)) return [point.get(signature(node)) ?? NaN, 0];
    const operands = node.operands.map(evaluate);
    if (node.head === 'Add') return note(operands.map(note).reduce(plus, [0, 0]));
    if (node.head === 'Multiply') return operands.reduce(times, [1, 0]);
    const [first = undefinedValue, second = undefinedValue] = operands;
    const both = twoOperands[node.head];
    if (both !== undefined) return both(first, second, real, operands.length);
    const one = oneOperand[node.head];
    if (one !== undefined) return one(first, real);
    const several = manyOperands[node.head];
    return several === undefined ? undefinedValue : [several(operands.map(onlyReal)), 0];
  };
  const value = note(evaluate(expression));
  if (!Number.isFinite(value[0]) || !Number.isFinite(value[1])) return null;
  return real && value[1] !== 0 ? null : { value, scale };
}

const undefinedValue: Complex = [NaN, NaN];
const onlyReal = ([re, im]: Complex): number => (im === 0 ? re : NaN);

function symbolValue(name: string, point: Point): Complex {
  if (name === 'Pi') return [Math.PI, 0];
  if (name === 'e' || name === 'ExponentialE') return [Math.E, 0];
  if (name === 'i' || name === 'ImaginaryUnit') return [0, 1];
  return [point.get(name) ?? NaN, 0];
}

function power(base: Complex, exponent: Complex, real: boolean): Complex {
  if (!real || base[0] >= 0 || Number.isInteger(exponent[0])) return raise(base, exponent);
  // An odd root of a negative number is real: (-8)^(1/3) is -2.
  for (const degree of [3, 5, 7, 9]) {
    const top = exponent[0] * degree;
    if (Math.abs(top - Math.round(top)) > 1e-12) continue;
    const size = Math.pow(-base[0], exponent[0]);
    return [Math.round(top) % 2 === 0 ? size : -size, 0];
  }
  return undefinedValue;
}

function log(value: Complex, real: boolean): Complex {
  return real && value[0] <= 0 ? undefinedValue : logarithm(value);
}

type TwoOperands = (first: Complex, second: Complex, real: boolean, count: number) => Complex;

const twoOperands: Readonly<Record<string, TwoOperands>> = {
  Divide: (top, bottom) => divide(top, bottom),
  Colon: (top, bottom, _, count) => (count > 2 ? undefinedValue : divide(top, bottom)),
  Power: power,
  Root: (value, degree, real) => power(value, divide([1, 0], degree), real),
  Log: (value, base, real, count) => divide(log(value, real), count > 1 ? log(base, real) : [Math.LN10, 0]),
  Mod: (value, modulus) => {
    const [a, m] = [onlyReal(value), onlyReal(modulus)];
    return [((a % m) + m) % m, 0];
  },
  Binomial: (n, k) => [choose(onlyReal(n), onlyReal(k)), 0],
  Choose: (n, k) => [choose(onlyReal(n), onlyReal(k)), 0],
};

const realOnly =
  (compute: (value: number) => number) =>
  (value: Complex): Complex => [compute(onlyReal(value)), 0];

const oneOperand: Readonly<Record<string, (value: Complex, real: boolean) => Complex>> = {
  Sqrt: (value, real) => (real && value[0] < 0 ? undefinedValue : raise(value, [0.5, 0])),
  Abs: (value) => [magnitude(value), 0],
  Exp: exponential,
  Ln: log,
  Lb: (value, real) => divide(log(value, real), [Math.LN2, 0]),
  Factorial: realOnly(factorial),
  Sin: sine,
  Cos: cosine,
  Tan: (value) => divide(sine(value), cosine(value)),
  Cot: (value) => divide(cosine(value), sine(value)),
  Sec: (value) => divide([1, 0], cosine(value)),
  Csc: (value) => divide([1, 0], sine(value)),
  Arcsin: realOnly(Math.asin),
  Arccos: realOnly(Math.acos),
  Arctan: realOnly(Math.atan),
  Arccot: realOnly((value) => Math.PI / 2 - Math.atan(value)),
  Arcsec: realOnly((value) => Math.acos(1 / value)),
  Arccsc: realOnly((value) => Math.asin(1 / value)),
  Sinh: realOnly(Math.sinh),
  Cosh: realOnly(Math.cosh),
  Tanh: realOnly(Math.tanh),
  Arsinh: realOnly(Math.asinh),
  Arcosh: realOnly(Math.acosh),
  Artanh: realOnly(Math.atanh),
  Floor: realOnly(Math.floor),
  Ceil: realOnly(Math.ceil),
  Degrees: ([re, im]) => [(re * Math.PI) / 180, (im * Math.PI) / 180],
};

const manyOperands: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Max: (values) => Math.max(...values),
  Min: (values) => Math.min(...values),
  GCD: (values) => values.reduce(commonDivisor),
  LCM: (values) => values.reduce((one, other) => (one * other) / commonDivisor(one, other)),
};

function factorial(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 170) return NaN;
  let result = 1;
  for (let factor = 2; factor <= value; factor += 1) result *= factor;
  return result;
}

function choose(n: number, k: number): number {
  if (!Number.isInteger(n) || !Number.isInteger(k) || n < 0 || k < 0) return NaN;
  return k > n ? 0 : Math.round(factorial(n) / (factorial(k) * factorial(n - k)));
}

function commonDivisor(one: number, other: number): number {
  if (!Number.isInteger(one) || !Number.isInteger(other)) return NaN;
  let [a, b] = [Math.abs(one), Math.abs(other)];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
