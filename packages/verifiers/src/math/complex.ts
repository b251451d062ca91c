/** A complex number, real and imaginary part. */
export type Complex = readonly [number, number];

export const magnitude = ([re, im]: Complex): number => Math.hypot(re, im);
export const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
export const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];

export function divide(a: Complex, b: Complex): Complex {
  const size = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size];
}

export const exponential = ([re, im]: Complex): Complex => [Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im)];
/** Principal branch. */
export const logarithm = (a: Complex): Complex => [Math.log(magnitude(a)), Math.atan2(a[1], a[0])];

/** Principal branch; 0 to a positive power is 0. Whole powers are multiplied out, which is more exact. */
export function raise(base: Complex, exponent: Complex): Complex {
  const [whole] = exponent;
  if (exponent[1] === 0 && Number.isInteger(whole) && Math.abs(whole) <= 64) {
    let result: Complex = [1, 0];
    for (let count = 0; count < Math.abs(whole); count += 1) result = times(result, base);
    return whole < 0 ? divide([1, 0], result) : result;
  }
  if (magnitude(base) === 0) return whole > 0 ? [0, 0] : [NaN, NaN];
  return exponential(times(exponent, logarithm(base)));
}

export const sine = ([re, im]: Complex): Complex => [Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im)];
export const cosine = ([re, im]: Complex): Complex => [Math.cos(re) * Math.cosh(im), -Math.sin(re) * Math.sinh(im)];
