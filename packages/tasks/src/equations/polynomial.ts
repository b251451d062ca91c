/** `2x^2 - x + 3`; `0` where every coefficient is 0. Coefficients of x², x and 1. */
export function polynomial(coefficients: readonly [number, number, number], unknown: string): string {
  const powers = [`${unknown}^2`, unknown, ''];
  let text = '';
  for (const [index, coefficient] of coefficients.entries()) {
    if (coefficient === 0) continue;
    const size = Math.abs(coefficient);
    const term = size === 1 && powers[index] !== '' ? powers[index]! : `${size}${powers[index]}`;
    const sign = coefficient < 0 ? '-' : '+';
    text += text === '' ? `${sign === '-' ? '-' : ''}${term}` : ` ${sign} ${term}`;
  }
  return text || '0';
}
