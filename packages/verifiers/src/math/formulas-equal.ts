import { magnitude } from './complex.js';
import { exactValue } from './exact-value.js';
import { mentions, signature, symbolsOf, type Expression } from './expression.js';
import { numericValue, type Point } from './numeric-value.js';
import { equal } from './rational.js';

/** Relative difference of two numbers that still counts as rounding: a decimal of fewer than twelve digits is not √2. */
const constantTolerance = 1e-12;
/** The same for formulas with unknowns, whose values are compared at many points. */
const formulaTolerance = 1e-10;
/** Points at which both formulas must have a value, and the same. */
const pointsNeeded = { real: 4, whole: 3 };
const pointsTried = { real: 14, whole: 9 };

const imaginary: ReadonlySet<string> = new Set(['i', 'ImaginaryUnit']);
/** Operators that have values at whole numbers only. */
const whole: ReadonlySet<string> = new Set(['Factorial', 'Binomial', 'Choose', 'GCD', 'LCM', 'Mod']);

/**
 * Whether two formulas have the same value: written alike, or equal exactly, or, where there are unknowns or irrational
 * numbers, equal at every one of several points where both have a real value.
 */
export function formulasEqual(one: Expression, other: Expression): boolean {
  if (signature(one) === signature(other)) return true;
  const [exactOne, exactOther] = [exactValue(one), exactValue(other)];
  if (exactOne !== null && exactOther !== null) return equal(exactOne, exactOther);
  const names = [...symbolsOf(other, symbolsOf(one))].sort();
  const real = !mentions(one, imaginary) && !mentions(other, imaginary);
  if (names.length === 0) return constantsEqual(one, other, real);
  const onlyWhole = mentions(one, whole) || mentions(other, whole);
  const atReals = onlyWhole ? null : equalAt(one, other, realPoints(names), pointsNeeded.real, real);
  return atReals ?? equalAt(one, other, wholePoints(names), pointsNeeded.whole, real) ?? false;
}

/** Numbers without a real value, such as the root of -3, are compared as complex ones. */
function constantsEqual(one: Expression, other: Expression, real: boolean): boolean {
  const nowhere: Point = new Map();
  for (const onlyReal of real ? [true, false] : [false]) {
    const [a, b] = [numericValue(one, nowhere, onlyReal), numericValue(other, nowhere, onlyReal)];
    if (a !== null && b !== null) return isClose(a, b, constantTolerance);
    if ((a === null) !== (b === null) && !onlyReal) return false;
  }
  return false;
}

/** `null` when too few of the points give both formulas a value. */
function equalAt(
  one: Expression,
  other: Expression,
  points: Iterable<Point>,
  needed: number,
  real: boolean,
): boolean | null {
  let shared = 0;
  for (const point of points) {
    const [a, b] = [numericValue(one, point, real), numericValue(other, point, real)];
    if (a === null || b === null) continue;
    if (!isClose(a, b, formulaTolerance)) return false;
    shared += 1;
  }
  return shared >= needed ? true : null;
}

function isClose(
  a: { readonly value: readonly [number, number]; readonly scale: number },
  b: { readonly value: readonly [number, number]; readonly scale: number },
  tolerance: number,
): boolean {
  const difference = magnitude([a.value[0] - b.value[0], a.value[1] - b.value[1]]);
  return difference <= tolerance * Math.max(a.scale, b.scale, Number.MIN_VALUE);
}

/** Points spread evenly by irrational steps: first small positive numbers, then both signs, then large ones. */
function* realPoints(names: readonly string[]): Generator<Point> {
  for (let index = 0; index < pointsTried.real; index += 1) {
    const [from, to] = index < 6 ? [0.15, 2.9] : index < 12 ? [-3.1, 3.3] : [4, 23];
    yield new Map(names.map((name, place) => [name, from + (to - from) * spread(index, place)]));
  }
}

function* wholePoints(names: readonly string[]): Generator<Point> {
  for (let index = 0; index < pointsTried.whole; index += 1) {
    yield new Map(names.map((name, place) => [name, 1 + ((index * (place + 1) + 3 * place) % 9)]));
  }
}

function spread(index: number, place: number): number {
  const value = (index + 1) * 0.7548776662466927 + (place + 1) * 0.5698402909980532;
  return value - Math.floor(value);
}
