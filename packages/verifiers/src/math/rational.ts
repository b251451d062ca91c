/** An exact fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Numbers with more bits than this are not computed exactly. */
export const mostBits = 4096;

/** @throws RangeError when the denominator is 0. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError('a fraction cannot have the denominator 0');
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one < 0n ? -one : one, other < 0n ? -other : other];
  while (b > 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

export const add = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const multiply = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);

export const negate = (a: Rational): Rational => ({ numerator: -a.numerator, denominator: a.denominator });

/** `null` for 1/0. */
export const invert = (a: Rational): Rational | null =>
  a.numerator === 0n ? null : rational(a.denominator, a.numerator);

export const equal = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

export const isInteger = (a: Rational): boolean => a.denominator === 1n;

/** `null` where it is undefined or too large to be computed. */
export function power(base: Rational, exponent: bigint): Rational | null {
  const size = exponent < 0n ? -exponent : exponent;
  const bits = Math.max(bitLength(base.numerator), bitLength(base.denominator));
  if (size > BigInt(mostBits) || (bits > 1 && Number(size) * bits > mostBits)) return null;
  if (exponent < 0n && base.numerator === 0n) return null;
  const raised = rational(base.numerator ** size, base.denominator ** size);
  return exponent < 0n ? invert(raised) : raised;
}

export function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** Nearest double; a quotient of numbers too large for one is taken by their leading digits. */
export function toNumber({ numerator, denominator }: Rational): number {
  const excess = BigInt(Math.max(0, Math.max(bitLength(numerator), bitLength(denominator)) - 1000));
  if (excess === 0n) return Number(numerator) / Number(denominator);
  return Number(numerator >> excess) / Number(denominator >> excess);
}

/** Largest decimal exponent that is written out. */
const mostZeros = 400;

/**
 * Reads `12`, `-0.5`, `1e-3`, `0.(3)` (repeating digits in parentheses).
 *
 * @returns `null` for anything else.
 */
export function readDecimal(text: string): Rational | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*)(?:\((\d+)\))?)?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', repeating = '', exponent = '0'] = match;
  if (whole === '' && fraction === '' && repeating === '') return null;
  if (Math.abs(Number(exponent)) > mostZeros) return null;
  let value = rational(BigInt(whole + fraction || '0'), 10n ** BigInt(fraction.length));
  if (repeating !== '') {
    const nines = 10n ** BigInt(repeating.length) - 1n;
    value = add(value, rational(BigInt(repeating), nines * 10n ** BigInt(fraction.length)));
  }
  const scale = power(rational(10n), BigInt(exponent)) ?? rational(1n);
  const scaled = multiply(value, scale);
  return sign === '-' ? negate(scaled) : scaled;
}
