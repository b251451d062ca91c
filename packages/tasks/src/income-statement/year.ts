import type { Random } from '@rsim/core';

/** What a firm earned and spent in one year, in thousands of dollars. */
export interface Year {
  readonly year: number;
  readonly revenue: number;
  readonly costOfSales: number;
  readonly wages: number;
  readonly rent: number;
  readonly interest: number;
  readonly taxes: number;
}

export const grossProfit = ({ revenue, costOfSales }: Year): number => revenue - costOfSales;
export const operatingProfit = (year: Year): number => grossProfit(year) - year.wages - year.rent;
export const netProfit = (year: Year): number => operatingProfit(year) - year.interest - year.taxes;

/** Years one after the other, in each of which the firm earns something. */
export function drawYears(count: number, random: Random): Year[] {
  const first = random.integer(2008, 2023);
  let revenue = random.integer(600, 9000);
  return Array.from({ length: count }, (_, index) => {
    revenue = Math.round((revenue * random.integer(85, 130)) / 100);
    const share = (low: number, high: number) => Math.round((revenue * random.integer(low, high)) / 1000);
    return {
      ...{ year: first + index, revenue, costOfSales: share(350, 550), wages: share(120, 200), rent: share(30, 70) },
      ...{ interest: share(5, 30), taxes: share(20, 60) },
    };
  });
}

/** The lines that the table shows, in the order of an income statement. */
export function given({ year, revenue, costOfSales, wages, rent, interest, taxes }: Year): Map<string, number> {
  return new Map([
    ['Year', year],
    ['Revenue', revenue],
    ['Cost of sales', costOfSales],
    ['Wages', wages],
    ['Rent', rent],
    ['Interest paid', interest],
    ['Income taxes', taxes],
  ]);
}
