import { Rational } from './rational.js';

/**
 * The value with `places` decimals; `null` where it lies within a thousandth of a unit of the last place of the middle
 * between two, since there people round in different ways and floating-point numbers may fall on either side.
 */
export function roundedExactly(value: Rational, places: number): string | null {
  const scaled = value.times(Rational.of(10).power(places));
  const half = Rational.of(1, 2);
  const floor = Rational.of(floorOf(scaled));
  const distance = scaled.minus(floor).minus(half);
  const margin = Rational.of(1, 1000);
  const isNear = distance.compare(margin) <= 0 && distance.compare(Rational.of(-1, 1000)) >= 0;
  return isNear ? null : value.toFixed(places);
}

function floorOf({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}
