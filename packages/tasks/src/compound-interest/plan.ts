import { Rational } from '../rational.js';

/** How an account grows. */
export interface Plan {
  /** In whole dollars. */
  readonly start: number;
  /** Yearly rates in per cent (halves occur); each is valid for the same number of years. */
  readonly rates: readonly number[];
  /** How often a year interest is added: each time the yearly rate divided by it. */
  readonly periods: number;
  /** In whole dollars, paid in at the end of every year after the interest; negative: taken out. */
  readonly payment: number;
}

/** The exact balance when each rate of the plan has been valid for `years` years. */
export function balanceAfter({ start, rates, periods, payment }: Plan, years: number): Rational {
  let balance = Rational.of(start);
  for (const rate of rates) {
    // Twice the rate is whole.
    const growth = Rational.of(200 * periods + 2 * rate, 200 * periods).power(periods);
    for (let year = 0; year < years; year += 1) balance = balance.times(growth).plus(Rational.of(payment));
  }
  return balance;
}
