/** An exact fraction in lowest terms; the denominator is positive. */
export class Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    const sign = denominator < 0n ? -1n : 1n;
    const divisor = greatestCommonDivisor(numerator, denominator) * sign;
    this.numerator = numerator / divisor;
    this.denominator = denominator / divisor;
  }

  /** @throws RangeError when the denominator is 0 or one of the two is no integer. */
  static of(numerator: number | bigint, denominator: number | bigint = 1): Rational {
    if (BigInt(denominator) === 0n) throw new RangeError('a fraction with the denominator 0');
    return new Rational(BigInt(numerator), BigInt(denominator));
  }

  get isInteger(): boolean {
    return this.denominator === 1n;
  }

  plus({ numerator, denominator }: Rational): Rational {
    return new Rational(this.numerator * denominator + numerator * this.denominator, this.denominator * denominator);
  }

  minus(other: Rational): Rational {
    return this.plus(Rational.of(-other.numerator, other.denominator));
  }

  times({ numerator, denominator }: Rational): Rational {
    return new Rational(this.numerator * numerator, this.denominator * denominator);
  }

  /** @throws RangeError when `other` is 0. */
  over({ numerator, denominator }: Rational): Rational {
    return this.times(Rational.of(denominator, numerator));
  }

  power(exponent: number): Rational {
    return new Rational(this.numerator ** BigInt(exponent), this.denominator ** BigInt(exponent));
  }

  /** Negative when this is less than `other`, 0 when they are equal, positive when it is more. */
  compare(other: Rational): number {
    const difference = this.minus(other).numerator;
    return difference === 0n ? 0 : difference < 0n ? -1 : 1;
  }

  /** `7`, `-3/4`. */
  toString(): string {
    return this.isInteger ? String(this.numerator) : `${this.numerator}/${this.denominator}`;
  }

  /** With exactly `places` decimals, halves rounded away from zero: `12.50`. */
  toFixed(places: number): string {
    const scale = 10n ** BigInt(places);
    const size = this.numerator < 0n ? -this.numerator : this.numerator;
    const rounded = (2n * size * scale + this.denominator) / (2n * this.denominator);
    const digits = String(rounded).padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places);
    const text = places === 0 ? whole : `${whole}.${digits.slice(-places)}`;
    return this.numerator < 0n && rounded !== 0n ? `-${text}` : text;
  }
}

/** Of the sizes of the two; that of 0 and n is n. */
export function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  let [left, right] = [one < 0n ? -one : one, other < 0n ? -other : other];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}

/** Longest numeral that is read; a longer one is no answer to any problem here. */
const longestNumeral = 40;

/**
 * The value of `-12`, `1,234`, `3/4`, `0.125` or `+2.50`, or `null` for anything else. Commas must part groups of three.
 */
export function parseRational(text: string): Rational | null {
  if (text.length > longestNumeral) return null;
  const normal = text.trim().replace('\u2212', '-');
  const match = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+)|\s*\/\s*(\d+))?$/.exec(normal);
  if (match === null) return null;
  const [, sign, whole, decimals = '', denominator = '1'] = match;
  if (BigInt(denominator) === 0n) return null;
  const digits = BigInt(whole!.replaceAll(',', '') + decimals);
  return Rational.of(sign === '-' ? -digits : digits, BigInt(denominator) * 10n ** BigInt(decimals.length));
}
